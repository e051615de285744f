// Reads a QR code with the camera, then fills and submits the form of codes. The till works without it, by typing.
//
// <section data-scan data-form="id of the form" data-reader="address of the reader's module, empty when not installed"
//          data-wasm="address of its wasm" hidden> holds the buttons [data-scan-start] and [data-scan-stop], the
// [data-scan-view] with a <video>, and [data-scan-says], a live region.

const LOOK_EVERY_MS = 150;
const LONGEST_SIDE_PX = 960;
const SAYS = {
  aim: "Placez le QR code du jeune devant la caméra.",
  read: "Code lu : ouverture de la carte…",
  stopped: "Caméra arrêtée.",
  refused: "La caméra est refusée : autorisez-la dans les réglages du navigateur, ou saisissez le code.",
  absent: "Aucune caméra disponible : saisissez le code affiché sous le QR code.",
  unreadable: "Le lecteur de QR code n’a pas pu démarrer : saisissez le code affiché sous le QR code.",
};

class Scan {
  #stream = null;
  #part;
  #section;

  constructor(section) {
    this.#section = section;
    this.#part = (name) => section.querySelector(`[data-scan-${name}]`);
    this.#part("start").addEventListener("click", () => this.#start());
    this.#part("stop").addEventListener("click", () => this.#stop("stopped"));
    document.addEventListener("visibilitychange", () => document.hidden && this.#stop("stopped"));
    window.addEventListener("pagehide", () => this.#stop("stopped"));
    section.hidden = false;
  }

  async #start() {
    this.#part("start").disabled = true;
    try {
      const decode = await decoder(this.#section.dataset); // first: no camera is lit for a reader that fails
      await this.#watch(decode, await camera());
    } catch (failure) {
      this.#stop(reason(failure));
    }
  }

  async #watch(decode, stream) {
    this.#stream = stream;
    const video = this.#part("view").querySelector("video");
    video.srcObject = stream;
    this.#show(true);
    this.#say("aim");
    await video.play();
    while (this.#stream === stream) {
      const code = await decode(video);
      if (code && this.#stream === stream) return this.#submit(code);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  #submit(code) {
    this.#stop("read");
    const form = document.getElementById(this.#section.dataset.form);
    form.elements.code.value = code;
    form.requestSubmit();
  }

  #stop(said) {
    const watched = this.#stream !== null;
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#part("start").disabled = false;
    this.#show(false);
    if (watched || said !== "stopped") this.#say(said);
  }

  #show(watching) {
    this.#part("view").hidden = !watching;
    this.#part("start").hidden = watching;
  }

  #say(what) {
    this.#part("says").textContent = SAYS[what];
  }
}

async function camera() {
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment" } });
}

// The browser's own detector where it reads QR codes, else ours.
async function decoder({ reader, wasm }) {
  if ((await window.BarcodeDetector?.getSupportedFormats())?.includes("qr_code")) {
    const native = new window.BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await native.detect(video))[0]?.rawValue;
  }
  if (!reader) throw new Error("no reader");
  const zxing = await import(reader);
  await zxing.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return async (video) => (await zxing.readBarcodes(picture(video), { formats: ["QRCode"], maxNumberOfSymbols: 1 }))[0]?.text;
}

const canvas = document.createElement("canvas");

// What the camera sees now, reduced: a phone's full picture is slow to search and reads no better.
function picture(video) {
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(video.videoWidth, video.videoHeight));
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function reason(failure) {
  if (failure.name === "NotAllowedError" || failure.name === "SecurityError") return "refused";
  if (failure.name === "NotFoundError" || failure.name === "NotReadableError") return "absent";
  return "unreadable";
}

for (const section of document.querySelectorAll("[data-scan]")) {
  const decodes = "BarcodeDetector" in window || section.dataset.reader;
  if (navigator.mediaDevices?.getUserMedia && decodes) new Scan(section);
}
