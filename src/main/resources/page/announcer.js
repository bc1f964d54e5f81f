/** Tells people who listen to the page what they would otherwise see: ends and losses, no steps. */
import { byId } from "./dom.js";

export function announce(text) {
  byId("announcements").textContent = text;
}
