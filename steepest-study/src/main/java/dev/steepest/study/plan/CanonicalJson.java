package dev.steepest.study.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one written form of a run's settings: sorted keys, no white space, numbers as Java prints
 * them.
 */
final class CanonicalJson {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private CanonicalJson() {}

  static String hash(Settings settings, long seed) {
    SortedMap<String, Object> whole = new TreeMap<>();
    whole.put("settings", settings.tree());
    whole.put("seed", seed);
    byte[] text = JSON.writeValueAsString(whole).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(sha256(text)).substring(0, 12);
  }

  private static byte[] sha256(byte[] text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
