/** Gives a request away as a command for a terminal. */
import { announce } from "../announcer.js";
import { byId } from "../dom.js";
import { curlCommand } from "../wire/request.js";
import { apiKey, BASE } from "../wire/server.js";

const SAID_FOR_MS = 1500;

/**
 * Puts the command on the clipboard and says so on the button; where the browser allows no page to
 * do that, shows it to be copied by hand.
 */
export async function copyCommand(request, button) {
  const command = curlCommand(request, BASE, apiKey() !== null);
  try {
    await navigator.clipboard.writeText(command);
  } catch {
    byId("command").value = command;
    byId("command-dialog").showModal();
    byId("command").select();
    return;
  }
  announce("The command is copied.");
  const before = button.textContent;
  if (before !== "Copied") {
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = before;
    }, SAID_FOR_MS);
  }
}
