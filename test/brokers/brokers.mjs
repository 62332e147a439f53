// The brokers of the table, in its order.
import aedes from './aedes.mjs';
import amqtt from './amqtt.mjs';
import artemis from './artemis.mjs';
import hivemq from './hivemq.mjs';
import mochi from './mochi.mjs';
import moquette from './moquette.mjs';
import mosquitto from './mosquitto.mjs';
import rabbitmq from './rabbitmq.mjs';

/**
 * Of each: `name`; `package`, where it comes from; `find()`, why it cannot be started (undefined: it can); `start(folder)`, once it
 * answers: `{port, stop()}`. Where they apply: `install()`, fetches it into `.cache`; `protocol`, where it does not answer to a
 * MQTT 5 client; `loses`, why messages are missing whatever the client does; `note`.
 */
export const BROKERS = [mosquitto, hivemq, artemis, rabbitmq, mochi, aedes, moquette, amqtt];
