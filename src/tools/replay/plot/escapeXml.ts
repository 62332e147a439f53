/** A text as it may stand in XML. Characters that XML cannot hold become `�`. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '�')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
