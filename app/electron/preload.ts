/** The bridge between a page and the shell: a handful of calls, no Node, no Electron. In: the page's calls. Out: messages to the main process. */
import { contextBridge, ipcRenderer } from "electron";
import { CHANNELS, type FlywheelShell } from "./shellApi.ts";

const shell: FlywheelShell = {
  platform: process.platform,
  chooseFolder: (title) => ipcRenderer.invoke(CHANNELS.chooseFolder, title),
  chooseFile: (title, endings) => ipcRenderer.invoke(CHANNELS.chooseFile, title, endings),
  chooseSaveFile: (title, name) => ipcRenderer.invoke(CHANNELS.chooseSaveFile, title, name),
  reveal: (path) => ipcRenderer.invoke(CHANNELS.reveal, path),
  openWorkspace: () => ipcRenderer.invoke(CHANNELS.openWorkspace),
  keychainState: () => ipcRenderer.invoke(CHANNELS.keychainState),
  keepKey: (address, key) => ipcRenderer.invoke(CHANNELS.keepKey, address, key),
  forgetKey: (address) => ipcRenderer.invoke(CHANNELS.forgetKey, address),
  onCommand: (listener) => {
    // The event itself would give the page a way to the sender.
    const hear = (_: unknown, command: unknown): void => listener(String(command));
    ipcRenderer.on(CHANNELS.command, hear);
    return () => void ipcRenderer.off(CHANNELS.command, hear);
  },
};

contextBridge.exposeInMainWorld("flywheelShell", shell);
