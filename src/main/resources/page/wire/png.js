/** PNG files as lists of chunks, and animations made of them (APNG). */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) {
    crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  }
  return crc;
});

/**
 * Returns an animation that repeats for ever.
 *
 * @param frames `png`, the bytes of a picture, and `delayMs`, how long it is shown, at most 65535;
 *     all pictures of one size and kind, such as one canvas makes
 * @param texts chunks to write into the file
 */
export function animation(frames, texts) {
  const first = chunks(frames[0].png);
  const header = data(first, "IHDR");
  const file = [Uint8Array.from(SIGNATURE), chunk("IHDR", header)];
  file.push(chunk("acTL", numbers(frames.length, 0)), ...texts.map((text) => chunk("tEXt", text)));
  let sequence = 0;
  for (const [i, frame] of frames.entries()) {
    const control = new Uint8Array(26);
    const view = new DataView(control.buffer);
    view.setUint32(0, sequence++);
    control.set(header.subarray(0, 8), 4);
    view.setUint16(20, frame.delayMs);
    view.setUint16(22, 1000);
    file.push(chunk("fcTL", control));
    for (const part of chunks(frame.png).filter(({ type }) => type === "IDAT")) {
      file.push(i === 0 ? chunk("IDAT", part.data) : chunk("fdAT", joined([numbers(sequence++), part.data])));
    }
  }
  file.push(chunk("IEND", new Uint8Array(0)));
  return joined(file);
}

/** Returns the text chunks of a picture. */
export function texts(png) {
  return chunks(png)
    .filter(({ type }) => type === "tEXt")
    .map((text) => text.data);
}

/** Returns the type and the data of each chunk. */
export function chunks(png) {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const found = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    found.push({ type, data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return found;
}

function data(all, type) {
  return all.find((one) => one.type === type).data;
}

function chunk(type, content) {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set([...type].map((letter) => letter.charCodeAt(0)), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, checksum(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

function checksum(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function numbers(...values) {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(4 * i, value));
  return bytes;
}

function joined(parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
