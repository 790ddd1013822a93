package dev.steepest.study.track;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An MLflow server, and how one gets in; as MLflow's own variables say: {@code
 * MLFLOW_TRACKING_URI}, {@code MLFLOW_EXPERIMENT_NAME}, {@code MLFLOW_TRACKING_TOKEN} or {@code
 * MLFLOW_TRACKING_USERNAME} and {@code MLFLOW_TRACKING_PASSWORD}.
 *
 * @param address without a slash at its end
 * @param authorization the header of that name; empty where nobody asks
 * @param experiment else runs belong to the experiment that they are of
 */
record MlflowServer(URI address, Optional<String> authorization, Optional<String> experiment) {

  /**
   * @param given an address; empty for that of the environment
   * @throws IllegalArgumentException if there is none, or it is not one of a server
   */
  static MlflowServer of(String given, Map<String, String> environment) {
    String address = given.isEmpty() ? environment.getOrDefault("MLFLOW_TRACKING_URI", "") : given;
    return new MlflowServer(
        address(address),
        authorization(environment),
        Optional.ofNullable(environment.get("MLFLOW_EXPERIMENT_NAME")).filter(n -> !n.isBlank()));
  }

  private static URI address(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "names no server; write mlflow=http://HOST:PORT, or set MLFLOW_TRACKING_URI");
    }
    try {
      URI address = new URI(text.strip().replaceFirst("/+$", ""));
      boolean web = List.of("http", "https").contains(String.valueOf(address.getScheme()));
      if (web && address.getHost() != null) {
        return address;
      }
    } catch (URISyntaxException _) {
      // said below
    }
    throw new IllegalArgumentException(
        "'%s' is not the address of a server; write mlflow=http://HOST:PORT".formatted(text));
  }

  private static Optional<String> authorization(Map<String, String> environment) {
    String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
    String password = environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
    String token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "");
    if (!user.isEmpty()) {
      byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(both));
    }
    return token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token);
  }
}
