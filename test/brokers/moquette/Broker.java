import io.moquette.broker.Server;
import io.moquette.broker.config.MemoryConfig;
import java.util.Properties;

/** Runs Moquette on the port and in the folder that are given until the process is ended. */
public class Broker {
  public static void main(String[] args) throws Exception {
    Properties settings = new Properties();
    settings.setProperty("host", "127.0.0.1");
    settings.setProperty("port", args[0]);
    settings.setProperty("data_path", args[1] + "/");
    settings.setProperty("persistence_enabled", "true");
    settings.setProperty("allow_anonymous", "true");
    settings.setProperty("telemetry_enabled", "false");
    new Server().startServer(new MemoryConfig(settings));
    Thread.currentThread().join();
  }
}
