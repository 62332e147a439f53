import type { ClockState } from '../../adapters/host/clockState.ts';
import type { MemoryLimit } from '../../adapters/host/memoryLimit.ts';
import type { StorageState } from '../../adapters/host/storageState.ts';
import type { Config } from '../../config/config.ts';
import type { Finding } from '../../domain/finding.ts';

const MIB = 1_048_576;
/** The code was not written before: a computer without a clock chip that has just started. */
const FIRST_YEAR = 2024;
/** Room for the state, its copy while it is written anew, and the journal. */
const ENOUGH_BYTES = 100 * MIB;
/** A commit a second costs the tenth part of the medium's time at this. */
const SLOW_SYNC_MS = 100;
/** Bytes that the daemon needs beside the networks of its streams. */
const BASE_BYTES = 96 * MIB;

export function clockFinding({ year, isSynchronized }: ClockState): Finding {
  const check = 'clock';
  const advice = 'set it, or install chrony or systemd-timesyncd; until then messages count by their arrival';
  if (year < FIRST_YEAR) return { check, verdict: 'warning', found: `it shows the year ${year}`, advice };
  if (isSynchronized === true) return { check, verdict: 'ok', found: 'synchronised' };
  if (isSynchronized === undefined)
    return { check, verdict: 'note', found: 'no program here can tell whether it is synchronised' };
  return { check, verdict: 'warning', found: 'not synchronised', advice };
}

/** The loss that a crash or a power cut brings. */
export function durabilityFinding({ state, mqtt }: Pick<Config, 'state' | 'mqtt'>): Finding {
  const check = 'durability';
  if (state.durability === 'none') {
    const found = 'none: what was learned is lost with every restart';
    return { check, verdict: 'warning', found, advice: 'state.durability: auto' };
  }
  if (state.durability === 'snapshot') {
    const found = 'snapshot: a crash loses the last minute';
    return { check, verdict: 'note', found, advice: 'nothing is lost with mqtt.qos: 1 and state.durability: auto' };
  }
  if (mqtt.qos > 0) return { check, verdict: 'ok', found: 'journal: a crash loses nothing that the broker has' };
  const found = `journal, with QoS 0: a crash loses the last ${state.commitInterval} ms`;
  return { check, verdict: 'note', found, advice: 'nothing is lost with mqtt.qos: 1' };
}

export function storageFindings({
  folder,
  exists,
  fault,
  freeBytes,
  isVolatile,
  isOpenToAll,
  strangers,
  syncMs,
}: StorageState): readonly Finding[] {
  const where = exists ? folder : `${folder} (the state folder will be made below it)`;
  if (fault !== undefined) {
    const advice = 'give the user of the daemon the right to write there, or another state folder';
    return [{ check: 'state folder', verdict: 'failed', found: `${where}: ${fault}`, advice }];
  }
  if (isOpenToAll) {
    const found = `${where}: every user of this machine can write there`;
    return [{ check: 'state folder', verdict: 'failed', found, advice: 'chmod 700, or another state folder' }];
  }
  const kind: Finding = isVolatile
    ? {
        check: 'state folder',
        verdict: 'warning',
        found: `${where}: in memory (tmpfs), gone with the power`,
        advice: 'choose a folder on the card or disk',
      }
    : { check: 'state folder', verdict: 'ok', found: where };
  const free = `${Math.floor(freeBytes / MIB)} MB`;
  const space: Finding =
    freeBytes >= ENOUGH_BYTES
      ? { check: 'free space', verdict: 'ok', found: free }
      : {
          check: 'free space',
          verdict: 'warning',
          found: free,
          advice: `make room: ${ENOUGH_BYTES / MIB} MB at least`,
        };
  return [kind, ...ownerFindings(strangers), space, syncFinding(syncMs)];
}

/** Files that root has left in the folder of the daemon's user. */
function ownerFindings(strangers: readonly string[]): readonly Finding[] {
  if (strangers.length === 0) return [];
  const found = `not of the folder's owner: ${strangers.join(', ')}`;
  return [{ check: 'owner', verdict: 'warning', found, advice: 'chown -R the folder to the user of the daemon' }];
}

function syncFinding(syncMs: number | undefined): Finding {
  const check = 'fsync';
  if (syncMs === undefined) {
    return { check, verdict: 'note', found: 'not measured', advice: '--experiment writes and removes a small file' };
  }
  const found = `${syncMs.toFixed(syncMs < 1 ? 2 : 1)} ms for a small write (median)`;
  if (syncMs < SLOW_SYNC_MS) return { check, verdict: 'ok', found };
  return { check, verdict: 'warning', found, advice: 'a slow or dying card: another one, or a USB disk' };
}

/** @param wanted `limits.memory`, bytes */
export function memoryFinding({ bytes, isEnforceable }: MemoryLimit, wanted: number): Finding {
  const check = 'memory limit';
  if (!isEnforceable) {
    const found = 'the kernel does not enforce any (no memory control group)';
    const advice = "systemd's MemoryMax has no effect; on Raspberry Pi OS: cgroup_enable=memory in cmdline.txt";
    return { check, verdict: 'note', found, advice };
  }
  if (bytes === undefined) return { check, verdict: 'ok', found: 'none' };
  const found = `${Math.floor(bytes / MIB)} MB`;
  if (bytes >= wanted + BASE_BYTES) return { check, verdict: 'ok', found };
  const advice = `limits.memory (${Math.round(wanted / MIB)} MB) and some ${BASE_BYTES / MIB} MB more do not fit: lower it, or raise MemoryMax`;
  return { check, verdict: 'warning', found, advice };
}
