import { createRecentMap } from '../recentMap.ts';
import type { ReadingSink } from './dialect.ts';

/** Devices that are remembered, and children of one root. */
const MOST_DEVICES = 4096;
const MOST_CHILDREN = 256;

interface Device {
  /** By its own `$state`; undefined: that has not come. */
  isThere: boolean | undefined;
  /** It is a root whose connection is lost, and so are all below it (Homie 5, device lifecycle). */
  isLost: boolean;
  root: string | undefined;
  readonly children: Set<string>;
}

/** Presence of devices that belong together: a root that is lost leaves no word for its children. Bounded. */
export interface HomieFamily {
  /** Notes the `$state` of a device. */
  tell(device: string, isThere: boolean, isLost: boolean, out: ReadingSink): void;
  /** Notes the root that a device names in its description. */
  join(device: string, root: string, out: ReadingSink): void;
}

export function createFamily(): HomieFamily {
  const devices = createRecentMap<string, Device>(MOST_DEVICES);

  function deviceOf(name: string): Device {
    const known = devices.get(name);
    if (known !== undefined) return known;
    const device: Device = { isThere: undefined, isLost: false, root: undefined, children: new Set() };
    devices.set(name, device);
    return device;
  }

  function say(name: string, { isThere, root }: Device, out: ReadingSink): void {
    if (root !== undefined && devices.get(root)?.isLost === true) out.tellPresence(`${name}/#`, false);
    else if (isThere !== undefined) out.tellPresence(`${name}/#`, isThere);
    // The loss of its root was all that was known of it.
    else if (root !== undefined) out.tellPresence(`${name}/#`, true);
  }

  return {
    tell(name, isThere, isLost, out) {
      const device = deviceOf(name);
      const wasLost = device.isLost;
      device.isThere = isThere;
      device.isLost = isLost;
      say(name, device, out);
      if (wasLost !== isLost) for (const child of device.children) say(child, deviceOf(child), out);
    },
    join(name, root, out) {
      const device = deviceOf(name);
      device.root = root;
      const { children, isLost } = deviceOf(root);
      if (name !== root && children.size < MOST_CHILDREN) children.add(name);
      if (isLost) say(name, device, out);
    },
  };
}
