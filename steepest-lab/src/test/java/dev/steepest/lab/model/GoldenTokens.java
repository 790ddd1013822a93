package dev.steepest.lab.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.JsonNode;

/**
 * The tokens of a golden file. Recorded is either one stretch, cut into rows, whose targets are the
 * same stretch one token later; or rows that are predicted each by itself, so that the last token
 * of a row has no target.
 *
 * @param inputs int64 [B, T]
 * @param targets int64 [B, T]
 */
record GoldenTokens(Tensor inputs, Tensor targets) {

  static GoldenTokens of(JsonNode json) {
    JsonNode tokens = json.get("input").get("tokens");
    long rows = json.get("config").get("batch").asLong();
    long time = json.get("config").get("T").asLong();
    boolean stretch = !tokens.get(0).isArray();
    long[] inputs = stretch ? numbers(tokens).limit(rows * time).toArray() : flat(tokens);
    long[] targets = stretch ? numbers(tokens).skip(1).toArray() : shifted(tokens);
    return new GoldenTokens(Tensor.create(inputs, rows, time), Tensor.create(targets, rows, time));
  }

  private static LongStream numbers(JsonNode row) {
    return row.valueStream().mapToLong(JsonNode::asLong);
  }

  private static long[] flat(JsonNode rows) {
    return rows.valueStream().flatMapToLong(GoldenTokens::numbers).toArray();
  }

  private static long[] shifted(JsonNode rows) {
    List<Long> targets = new ArrayList<>();
    for (JsonNode row : rows) {
      numbers(row).skip(1).forEach(targets::add);
      targets.add((long) LanguageNetwork.IGNORED);
    }
    return targets.stream().mapToLong(Long::longValue).toArray();
  }
}
