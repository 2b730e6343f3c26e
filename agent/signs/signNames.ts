/**
 * The signs that have names: forms and the usual icons of user interfaces, each with up to three words that people say for it, the usual one
 * first. In: nothing. Out: the list; a sign's place in it is its class, class 0 is "none of these".
 */

/** A sign and its words. */
export interface Sign {
  readonly id: string;
  readonly words: readonly string[];
}

const FORMS = `
  circle: circle
  ring: ring circle
  oval: oval ellipse
  square: square
  rectangle: rectangle
  triangle: triangle
  play: play triangle
  diamond: diamond rhombus
  pentagon: pentagon
  hexagon: hexagon
  octagon: octagon
  star: star favorite
  heart: heart like favorite
  plus: plus cross add
  close: close x cancel
  moon: moon crescent
  check: check tick done
  minus: minus remove
  arrow-left: left arrow back
  arrow-right: right arrow next
  arrow-up: up arrow
  arrow-down: down arrow
  chevron-left: left previous back
  chevron-right: right next
  chevron-up: up collapse
  chevron-down: down expand`;

const ICONS = `
  search: search magnifier find
  trash: trash delete bin
  reply: reply
  forward: forward
  archive: archive
  settings: settings gear
  menu: menu hamburger
  pause: pause
  sun: sun light
  home: home house
  user: user person profile
  users: users people group
  mail: mail email envelope
  phone: phone call
  mobile: mobile smartphone
  monitor: monitor screen computer
  calendar: calendar date
  clock: clock time
  camera: camera photo
  image: image picture photo
  video: video
  download: download
  upload: upload
  save: save disk
  edit: edit pencil write
  copy: copy duplicate
  clipboard: paste clipboard
  lock: lock
  unlock: unlock
  eye: eye view show
  hide: hide
  refresh: refresh reload sync
  undo: undo
  redo: redo
  share: share
  export: share export
  bell: bell notifications
  filter: filter funnel
  sliders: sliders adjust
  folder: folder
  file: file document
  link: link
  attach: attach paperclip attachment
  external: open external
  logout: logout exit
  login: login
  info: info information
  warning: warning alert
  error: error alert
  question: help question
  cart: cart
  bag: bag shop
  printer: print printer
  bold: bold
  italic: italic
  underline: underline
  send: send
  bookmark: bookmark
  flag: flag
  tag: tag label
  pin: location pin
  globe: globe web language
  gift: gift present
  cloud: cloud
  key: key password
  shield: shield security
  book: book read
  chart: chart statistics
  list: list
  grid: grid apps
  more: more dots
  fullscreen: fullscreen maximize
  sound: sound volume speaker
  mute: mute
  mic: microphone mic
  music: music note
  skip: next skip
  rewind: previous back
  like: like thumb
  dislike: dislike
  chat: comment message chat
  smile: smile emoji face
  card: card credit payment
  power: power
  cut: cut scissors
  code: code
  database: database
  truck: truck delivery
  wrench: tools wrench
  bulb: idea bulb
  briefcase: briefcase work
  inbox: inbox
  wifi: wifi
  trophy: trophy
  fire: fire
  bolt: lightning flash
  map: map`;

function parse(table: string): Sign[] {
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [id, words] = line.trim().split(": ") as [string, string];
      return { id, words: words.split(" ") };
    });
}

const NONE: Sign = { id: "none", words: [] };

const forms = parse(FORMS);

/** All signs by class. */
export const SIGNS: readonly Sign[] = [NONE, ...forms, ...parse(ICONS)];

/** The class of nothing known. */
export const NO_SIGN = 0;

/** Whether a class is a form. */
export const isForm = (sign: number): boolean => sign !== NO_SIGN && sign <= forms.length;

/** Class of a sign; throws on names that are none. */
export function classOf(id: string): number {
  const at = SIGNS.findIndex((sign) => sign.id === id);
  if (at < 0) throw new RangeError(`no sign "${id}"`);
  return at;
}
