/** The page: builds its parts and lets them know each other. */
import { announce } from "./announcer.js";
import { byId, setText } from "./dom.js";
import { Fleet } from "./fleet/fleet.js";
import { Figures } from "./fleet/figures.js";
import { Inspector } from "./fleet/inspector.js";
import { ReplicaRows } from "./fleet/replicas.js";
import { Stage } from "./fleet/stage.js";
import { RequestForm } from "./generate/form.js";
import { Gallery } from "./generate/gallery.js";
import { Generations } from "./generate/generations.js";
import { ConnectionStatus } from "./status.js";
import { startTheme } from "./theme.js";
import { LossCurve } from "./training/curve.js";
import { TrainingControls } from "./training/controls.js";
import { SampleGrid } from "./training/samples.js";
import { Training, TRAINING_OFF } from "./training/training.js";
import { Versions } from "./training/versions.js";
import { Connection } from "./wire/connection.js";
import { openStream } from "./wire/server.js";

const connection = new Connection(openStream);
const generations = new Generations(connection);
const fleet = new Fleet(connection);

const owns = (globalId) => generations.labelOf(globalId) !== undefined;
const nameOf = (globalId) => {
  const label = generations.labelOf(globalId);
  return label === undefined ? globalId.slice(0, 8) : `${label} (yours)`;
};

const form = new RequestForm((requests) => requests.forEach(start));
const stage = new Stage(fleet, new Inspector(nameOf), owns);
const replicas = new ReplicaRows(fleet, stage);
const gallery = new Gallery(generations, start, (generation, index) =>
  stage.mark(index === null ? null : `${generation.globalId}/${index}`),
);
new Figures(fleet, generations, nameOf, owns);
fleet.addEventListener("status", () => replicas.update());
fleet.addEventListener("batches", () => replicas.update());
generations.addEventListener("ended", ({ detail }) => refused(detail));
generations.addEventListener("error", ({ detail }) => detail.code === TRAINING_OFF || complain(detail.message));
startTheme(() => {
  stage.themeChanged();
  gallery.redraw();
});
const training = new Training(connection);
const controls = new TrainingControls(training);
new LossCurve(training);
new Versions(training);
new SampleGrid(connection);
new ConnectionStatus(connection, form, (models) => controls.offer(models)).begin();

function start(request) {
  complain("");
  if (generations.start(request) === null) {
    complain("There is no connection to the server.");
  }
}

/** An error of a field is shown there, and the card that would only repeat it goes. */
function refused(generation) {
  if (generation.state === "refused" && form.showError(generation.error)) {
    generations.remove(generation);
  }
}

function complain(text) {
  setText(byId("form-problem"), text);
  byId("form-problem").hidden = text === "";
  if (text !== "") {
    announce(text);
  }
}
