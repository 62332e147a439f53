/** The name of a stream as one level of a path: bytes outside `A–Z a–z 0–9 . _ ~ -` are percent-encoded, `/` too. */
export function encodeId(id: string): string {
  // Half of a surrogate pair has no bytes; the daemon knows no such name.
  const wellFormed = id.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
  return encodeURIComponent(wellFormed).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The name that `encodeId` had; undefined where the text is none of its results. */
export function decodeId(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
