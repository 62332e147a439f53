import com.hivemq.embedded.EmbeddedHiveMQ;
import java.nio.file.Path;

/** Runs HiveMQ in the folder that is given until the process is ended. */
public class Broker {
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    EmbeddedHiveMQ broker =
        EmbeddedHiveMQ.builder()
            .withConfigurationFolder(folder.resolve("conf"))
            .withDataFolder(folder.resolve("data"))
            .withExtensionsFolder(folder.resolve("extensions"))
            .build();
    broker.start().join();
    Thread.currentThread().join();
  }
}
