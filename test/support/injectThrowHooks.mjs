let place;

export function initialize(data) {
  const [file, text, call] = data.split('|');
  place = { file, text, call: Number(call) };
}

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (!url.endsWith(`/build/${place.file}`)) return loaded;
  const parts = String(loaded.source).split(place.text);
  if (parts.length !== 2) throw new Error(`"${place.text}" occurs ${parts.length - 1} times in ${place.file}`);
  const sabotage = `if ((globalThis.injectedCalls = (globalThis.injectedCalls ?? 0) + 1) === ${place.call}) throw new Error('injected');`;
  return { ...loaded, source: parts.join(`${place.text} ${sabotage}`) };
}
