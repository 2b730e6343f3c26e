/**
 * Which sign an icon shows, by the name of its file. In: a package and a name. Out: a class, nothing known, or "leave it out" where the name
 * tells of a variant or relative of a sign (file-plus, bell-off).
 */
import { classOf, NO_SIGN } from "../signNames.ts";

/** Names of each sign in icon packages; "package/name" holds for that package alone and goes before. */
const ALIASES = `
  circle: circle ellipse checkbox-blank-circle dot-circle
  square: square stop
  rectangle: rectangle
  triangle: triangle arrow-drop-down arrow-drop-up menu-down menu-up fa/caret-up fa/caret-down fa/caret-left ionicons/caret-up ionicons/caret-down ionicons/caret-back material/arrow-left iconoir-solid/nav-arrow-up iconoir-solid/nav-arrow-down iconoir-solid/nav-arrow-left
  play: play play-arrow play-circle circle-play fa/caret-right ionicons/caret-forward material/arrow-right player-play iconoir-solid/nav-arrow-right
  diamond: rhombus square-rotated
  pentagon: pentagon
  hexagon: hexagon
  octagon: octagon
  star: star grade star-border
  heart: heart favorite favorite-border suit-heart
  plus: plus add plus-lg plus-circle circle-plus add-circle add-circle-outline
  close: x close xmark x-lg x-mark x-circle circle-x close-circle xmark-circle circle-xmark cancel highlight-off clear
  moon: moon dark-mode bedtime weather-night half-moon nightlight
  check: check checkmark done check-lg check-circle circle-check checkmark-circle task-alt
  minus: minus remove dash dash-lg minus-circle circle-minus remove-circle remove-circle-outline dash-circle horizontal-rule
  arrow-left: arrow-left arrow-back arrow-left-circle circle-arrow-left arrow-circle-left arrow-back-circle keyboard-backspace
  arrow-right: arrow-right arrow-forward arrow-right-circle circle-arrow-right arrow-circle-right arrow-forward-circle arrow-right-alt
  arrow-up: arrow-up arrow-upward arrow-up-circle circle-arrow-up arrow-circle-up
  arrow-down: arrow-down arrow-downward arrow-down-circle circle-arrow-down arrow-circle-down
  chevron-left: chevron-left chevron-back nav-arrow-left arrow-ios-back keyboard-arrow-left navigate-before arrow-back-ios phosphor/caret-left
  chevron-right: chevron-right chevron-forward nav-arrow-right arrow-ios-forward keyboard-arrow-right navigate-next arrow-forward-ios phosphor/caret-right
  chevron-up: chevron-up nav-arrow-up arrow-ios-upward keyboard-arrow-up expand-less phosphor/caret-up
  chevron-down: chevron-down nav-arrow-down arrow-ios-downward keyboard-arrow-down expand-more phosphor/caret-down
  search: search magnifying-glass magnify
  trash: trash trash-can delete bin trash3 trash-simple trashcan delete-outline
  reply: reply mail-reply ionicons/arrow-undo phosphor/arrow-bend-up-left corner-up-left
  forward: lucide/forward bootstrap/forward mdi/share fa/share phosphor/share-fat phosphor/arrow-bend-up-right ionicons/arrow-redo corner-up-right
  archive: archive archive-box box-archive
  settings: settings gear cog gear-six gear-wide cog-6-tooth cog-8-tooth
  menu: menu bars bars-3 three-bars bootstrap/list phosphor/list tabler/menu-2
  pause: pause pause-circle circle-pause player-pause
  sun: sun light-mode sunny brightness-high wb-sunny weather-sunny brightness-up sun-light
  home: home house house-door house-simple
  user: user person account profile user-circle person-circle account-circle circle-user user-round
  users: users people group account-multiple account-group user-group groups users-three users-round community
  mail: mail email envelope envelope-simple local-post-office
  phone: phone telephone call
  mobile: smartphone mobile device-mobile phone-portrait cellphone device-phone-mobile mobile-screen mobile-screen-button phone-android phone-iphone mobile-button
  monitor: monitor desktop display computer-desktop device-desktop desktop-windows
  calendar: calendar calendar-days calendar-month calendar-today calendar-event calendar-blank today event calendar3 calendar-clear
  clock: clock time schedule access-time
  camera: camera photo-camera camera-alt local-see
  image: image photo picture image-square media-image
  video: video videocam video-camera camera-video device-camera-video
  download: download file-download arrow-down-tray tray-arrow-down download-simple
  upload: upload file-upload arrow-up-tray tray-arrow-up upload-simple
  save: save floppy floppy-disk content-save device-floppy
  edit: edit pencil pen pencil-square pencil-simple mode-edit create square-pen pen-to-square edit-pencil
  copy: copy content-copy file-copy files duplicate document-duplicate copy-simple clone
  clipboard: clipboard content-paste paste
  lock: lock lock-closed lock-simple lock-key
  unlock: unlock lock-open lock-open-variant lock-simple-open
  eye: eye visibility remove-red-eye
  hide: eye-off eye-slash visibility-off
  refresh: refresh refresh-cw refresh-ccw arrow-clockwise arrow-path sync cached arrows-clockwise arrow-repeat autorenew rotate-cw rotate-right rotate-clockwise reload
  undo: undo undo-2 tabler/arrow-back-up arrow-uturn-left arrow-u-up-left
  redo: redo redo-2 tabler/arrow-forward-up arrow-uturn-right arrow-u-up-right
  share: share-2 share-nodes share-social share-android share-network share-variant bootstrap/share heroicons/share eva/share material/share tabler/share
  export: lucide/share feather/share phosphor/export ionicons/share share-ios octicons/share ios-share arrow-up-on-square box-arrow-up export-variant arrow-up-from-bracket
  bell: bell notifications notifications-none
  filter: filter funnel filter-alt
  sliders: sliders sliders-horizontal tune adjustments adjustments-horizontal options faders
  folder: folder folder-open
  file: file document file-text description insert-drive-file file-earmark document-text page file-lines file-earmark-text
  link: link link-45deg insert-link link-simple chain link-variant
  attach: paperclip attach attach-file attachment
  external: external-link open-in-new box-arrow-up-right arrow-top-right-on-square arrow-square-out link-external launch arrow-up-right-from-square square-arrow-out-up-right open open-new-window
  logout: log-out logout box-arrow-right arrow-right-from-bracket sign-out right-from-bracket arrow-right-on-rectangle arrow-left-start-on-rectangle
  login: log-in login box-arrow-in-right sign-in right-to-bracket arrow-right-to-bracket
  info: info info-circle circle-info information-circle information
  warning: alert-triangle warning exclamation-triangle triangle-alert triangle-exclamation report-problem mdi/alert octicons/alert warning-triangle
  error: alert-circle error exclamation-circle circle-alert circle-exclamation warning-circle error-outline
  question: help help-circle question-circle circle-question circle-question-mark circle-help question-mark-circle help-outline
  cart: cart shopping-cart shopping-cart-simple cart-shopping
  bag: shopping-bag bag bag-shopping shopping
  printer: printer print
  bold: bold type-bold format-bold text-b
  italic: italic type-italic format-italic text-italic
  underline: underline type-underline format-underlined format-underline text-underline
  send: send paper-plane paper-airplane paper-plane-tilt
  bookmark: bookmark bookmark-border bookmark-simple
  flag: flag
  tag: tag local-offer pricetag sell
  pin: map-pin location location-on place geo-alt map-marker location-dot eva/pin room location-pin
  globe: globe world language public globe-alt earth web
  gift: gift card-giftcard redeem
  cloud: cloud
  key: key vpn-key
  shield: shield
  book: book menu-book book-open
  chart: bar-chart chart-bar stats-chart chart-simple chart-column insert-chart assessment
  list: list list-ul format-list-bulleted list-bullet list-bullets list-unordered
  grid: grid grid-view layout-grid apps squares-2x2 grid-four view-grid squares-four grid-fill
  more: more-horizontal more-vertical more-vert more-horiz ellipsis ellipsis-vertical ellipsis-horizontal three-dots three-dots-vertical dots dots-vertical dots-horizontal dots-three dots-three-vertical kebab-horizontal more-horiz
  fullscreen: maximize fullscreen arrows-fullscreen arrows-pointing-out arrows-out expand arrows-maximize
  sound: volume-2 volume-up volume-high speaker-wave volume speaker-high sound-high unmute
  mute: volume-x volume-off volume-mute speaker-x-mark volume-xmark speaker-slash mute speaker-x sound-off
  mic: mic microphone
  music: music music-note musical-note music-note-beamed musical-notes music-notes
  skip: skip-forward skip-next skip-end forward-step player-skip-forward player-track-next play-skip-forward
  rewind: skip-back skip-previous skip-prev skip-start backward-step player-skip-back player-track-prev play-skip-back
  like: thumbs-up thumb-up hand-thumbs-up hand-thumb-up thumbsup
  dislike: thumbs-down thumb-down hand-thumbs-down hand-thumb-down thumbsdown
  chat: message-circle chat comment chat-bubble message message-square chat-left chatbox chatbubble chat-circle chat-bubble-left mode-comment chat-bubble-outline
  smile: smile mood emoji-smile face-smile happy emoticon-happy smiley mood-smile emoji
  card: credit-card card payment
  power: power power-off power-settings-new
  cut: scissors cut content-cut
  code: code code-slash code-tags code-bracket
  database: database
  truck: truck local-shipping
  wrench: wrench build tool
  bulb: lightbulb bulb light-bulb
  briefcase: briefcase work
  inbox: inbox tray
  wifi: wifi
  trophy: trophy emoji-events
  fire: flame fire local-fire-department fire-flame
  bolt: zap bolt lightning lightning-charge flash
  map: map`;

/** Names that mislead: what the package draws is something else than the same name elsewhere. */
const MISLEADING = `lucide/delete feather/delete lucide/settings-2 mdi/forward bootstrap/filter ionicons/filter octicons/filter material/filter ionicons/alert
  octicons/list-unordered lucide/send-to-back bootstrap/send-x heroicons/minus-small heroicons/plus-small ionicons/expand bootstrap/forward-fill ionicons/happy
  lucide/play-off fa/shield-halved material/clear lucide/circle-dot lucide/share-2-off material/expand mdi/web ionicons/options material/open ionicons/ellipse-outline-x
  mdi/menu-up-outline material/cached mdi/cached lucide/tool-case eva/options octicons/browser material/brightness-high octicons/code-square fa/tray material/room-service iconoir/reply`;

const classes = new Map<string, number>();
const tokens = new Set<string>();
for (const line of ALIASES.trim().split("\n")) {
  const [id, names] = line.trim().split(": ") as [string, string];
  for (const name of names.split(" ")) {
    classes.set(name, classOf(id));
    for (const token of name.slice(name.indexOf("/") + 1).split("-")) if (token.length > 3) tokens.add(token);
  }
}
const misleading = new Set(MISLEADING.split(/\s+/));

const STYLES = /-(?:outlined?|fill(?:ed)?|solid|sharp|round(?:ed)?|bold|light|thin|regular|variant|alt|simple|\d+)$/;

/** Class of an icon: that of its sign, `NO_SIGN`, or null for what should not be shown. */
export function iconClass(prefix: string, name: string): number | null {
  let bare = name.replaceAll("_", "-");
  if (misleading.has(`${prefix}/${bare}`)) return null;
  for (;;) {
    const known = classes.get(`${prefix}/${bare}`) ?? classes.get(bare);
    if (known !== undefined) return known;
    const shorter = bare.replace(STYLES, "");
    if (shorter === bare) break;
    bare = shorter;
  }
  return bare.split("-").some((token) => tokens.has(token)) || bare.length < 4 ? null : NO_SIGN;
}
