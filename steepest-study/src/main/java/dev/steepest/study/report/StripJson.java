package dev.steepest.study.report;

import dev.steepest.study.report.picture.Pictured;
import dev.steepest.study.report.picture.Strip;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Pictures as the page's script reads them: {@code {id: {src, w, h, at[]}}}, frames of {@code w} ×
 * {@code h} pixels below each other, {@code at} the step of each.
 */
final class StripJson {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private StripJson() {}

  static String of(PictureSections sections) {
    Map<String, Object> root = new LinkedHashMap<>();
    for (Pictured pictured : sections.shown()) {
      Strip strip = sections.reel().strips().get(pictured.run().folder());
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("src", strip.uri());
      one.put("w", strip.width());
      one.put("h", strip.height());
      one.put("at", strip.at());
      root.put(PictureSections.id(pictured.run()), one);
    }
    return CurveJson.safe(JSON.writeValueAsString(root));
  }
}
