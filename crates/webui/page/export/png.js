// A picture in pixels, from its SVG.

/** Pixels for each unit of the SVG. */
const SCALE = 2;
/** Pixels in each direction that browsers draw. */
const MOST = 16_000;

/**
 * @param {string} svg
 * @returns {Promise<Blob>} rejects when the browser cannot draw it
 */
export async function png(svg) {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const scale = Math.min(SCALE, MOST / image.width, MOST / image.height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large"))));
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}
