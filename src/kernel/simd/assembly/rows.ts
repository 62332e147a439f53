import { stepHead, stepLstm, stepRnn } from './forward';
import { cellOf, keptOf, Net, slotOf, slotOfAge, targetOf } from './net';
import * as space from './space';
import { copyFloats, F, zeroFloats } from './vector';

/**
 * One live row: x (D + E) of the net's input → y (O) of its output. Appends the row to the ring.
 * scratch (G·H + H): where the activations go that no ring keeps
 */
export function stepRow(net: Net, scratch: usize): void {
  const D = <usize>net.D * F;
  const slot = slotOf(net, net.head);
  const head = net.head == net.R ? 0 : net.head + 1;
  const after = slotOf(net, head);
  copyFloats(slot, changetype<usize>(net) + net.x, net.D);
  if (net.E > 0) copyFloats(slot + <usize>net.K * F, changetype<usize>(net) + net.x + D, net.E);
  const h = after + D;
  const gates = net.keeps ? keptOf(net, slot) : scratch;
  const tanhC = gates + <usize>(net.G * net.H) * F;
  if (net.G == 4) stepLstm(net, gates, tanhC, cellOf(net, after), h, slot, cellOf(net, slot));
  else stepRnn(net, h, slot);
  const y = changetype<usize>(net) + net.y;
  stepHead(net, y, h, slot);
  if (net.keeps) copyFloats(tanhC + <usize>net.H * F, y, net.O);
  zeroFloats(targetOf(net, slot), 2 * net.O);
  net.head = head;
  net.rowCount = min(net.rowCount + 1, net.R);
  net.fresh = min(net.fresh + 1, net.R);
}

/** Puts the newest T rows and the state before them into the space, and where their activations lie if those still hold. */
export function readWindow(net: Net, T: i32): void {
  const O = net.O;
  const withActivations = areKept(net, T);
  for (let t = 0; t < T; t++) {
    const slot = slotOfAge(net, T - 1 - t);
    const target = targetOf(net, slot);
    // h and c only of the first row; the others come from the rows before. Where nothing is run again, of all rows.
    copyFloats(space.v + <usize>t * space.vBytes, slot, net.N);
    if (t == 0 || withActivations) copyFloats(space.c + <usize>(t * net.H) * F, cellOf(net, slot), net.H);
    copyFloats(space.target + <usize>(t * O) * F, target, O);
    copyFloats(space.hasTarget + <usize>(t * O) * F, target + <usize>O * F, O);
    if (withActivations) readActivations(net, slot, t);
  }
  if (!withActivations) return;
  const after = slotOf(net, net.head);
  copyFloats(space.v + <usize>T * space.vBytes + <usize>net.D * F, after + <usize>net.D * F, net.H);
}

/** Tells if the newest T rows still have the activations of the present weights. */
export function areKept(net: Net, T: i32): bool {
  return net.keeps != 0 && net.fresh >= T;
}

/** The gates are most of a row, and are only read: they stay where they are. */
function readActivations(net: Net, slot: usize, t: i32): void {
  const kept = keptOf(net, slot);
  store<usize>(space.activationsAt + <usize>t * sizeof<usize>(), kept);
  copyFloats(space.y + <usize>(t * net.O) * F, kept + <usize>((net.G + 1) * net.H) * F, net.O);
}

/** Takes the re-run h and c of the newest T rows back: each lies in the slot after its row. */
export function writeStates(net: Net, T: i32): void {
  const D = <usize>net.D * F;
  for (let t = 1; t <= T; t++) {
    const slot = slotOfAge(net, T - 1 - t);
    copyFloats(slot + D, space.v + <usize>t * space.vBytes + D, net.H);
    copyFloats(cellOf(net, slot), space.c + <usize>(t * net.H) * F, net.H);
  }
}

/** No rows, and zeros as the state before the next one. */
export function clearRows(net: Net): void {
  net.head = 0;
  net.rowCount = 0;
  net.fresh = 0;
  for (let slot = 0; slot <= net.R; slot++) {
    const at = slotOf(net, slot);
    zeroFloats(at, net.K - 1);
    zeroFloats(at + <usize>net.K * F, net.E);
    zeroFloats(cellOf(net, at), net.H + 2 * net.O);
  }
}
