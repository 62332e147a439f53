/** Words that stand for a setting wherever they stand behind others: `occupied_heating_setpoint`, `countdown_l1`. */
const WORDS =
  /(?:^|_)(?:calibration|threshold|sensitivity|interval|timeout|precision|setpoint|offset|startup|delay|limit|countdown|hysteresis|deadband|deadzone|sensibility|compensation|correction|duration|setback)(?:_[a-z\d]+)*$/;
/** Beginnings of settings, and of the details of an action, which is an event. */
const BEGINNINGS =
  /^(?:min|max|minimum|maximum|high|low|eco|comfort|holiday|away|boost|frost|antifrost|ballast|default|blink|strobe|gradient|effect|backlight|led|radar|fading|irrigation|inching|scene|group|keypad|dimming|quick|transition|schedule|night|standby|pin|action)_|^target_(?:temperature|humidity|level)/;
const NAMES: ReadonlySet<string> = new Set([
  ...['color', 'transition', 'sensitivity', 'duration', 'timer', 'backlight', 'on_level', 'user', 'lux_factor'],
  ...['overload_protection', 'heat_protect', 'open_window_temperature', 'remote_temperature', 'update_frequency'],
  ...['on_transition_time', 'off_transition_time', 'on_off_transition_time', 'manual_forced_recalibration'],
]);
/** Settings of Inovelli's switches. */
const CAMEL =
  /^(?:default|led|dimmingSpeed|rampRate|brightnessLevel|autoTimer|stateAfter|(?:low|medium|high)LevelFor|fanLed|mmWave)[A-Z\d]/;

/**
 * Tells by its name whether a property of a Zigbee device is a setting: a number that no sensor measures. The names are those of
 * zigbee-herdsman-converters; what the bridge declares (`bridge/devices`) is exact.
 */
export function isSettingName(key: string): boolean {
  return NAMES.has(key) || WORDS.test(key) || BEGINNINGS.test(key) || CAMEL.test(key);
}
