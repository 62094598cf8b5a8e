import { z } from 'zod';
import type { Ask } from './ask.ts';
import { call } from './dbus.ts';
import { lastInput } from './last-input.ts';
import type { Probe } from './probe.ts';

const NAME = 'org.gnome.Mutter.IdleMonitor';

/** GNOME's own clock since the last key or movement, under Wayland and X11. */
export function gnome(ask: Ask): Probe {
  const path = '/org/gnome/Mutter/IdleMonitor/Core';
  return {
    name: 'gnome',
    async read(signal) {
      const found = await call(
        ask,
        { bus: 'user', service: NAME, path, interface: NAME, method: 'GetIdletime' },
        z.int().min(0),
        signal,
      );
      return 'reading' in found ? found.reading : lastInput(found.data / 1000);
    },
  };
}
