package dev.steepest.lab.task;

import dev.steepest.lab.data.Channels;
import dev.steepest.lab.data.source.ImageOptions;
import dev.steepest.study.plan.Settings;
import java.util.Locale;

/**
 * What the section {@code data} of a run says of images; what it leaves out is as it always was.
 */
final class ImageSettings {
  private ImageSettings() {}

  static ImageOptions options(Settings data) {
    ImageOptions.Decoding standard = ImageOptions.STANDARD.decoding();
    ImageOptions.Tree tree = ImageOptions.STANDARD.tree();
    return new ImageOptions(
        channels(data),
        constant(data, "labels", ImageOptions.STANDARD.labels()),
        new ImageOptions.Decoding(
            size(data),
            constant(data, "fit", standard.fit()),
            constant(data, "corrupt", standard.corrupt())),
        new ImageOptions.Tree(
            data.has("folder") ? data.text("folder") : tree.folder(),
            data.has("test_share") ? data.number("test_share") : tree.testShare(),
            data.whole("split_seed")),
        new ImageOptions.Drawn(
            data.has("count") ? (int) data.whole("count") : ImageOptions.Drawn.STANDARD.count(),
            constant(data, "quality", ImageOptions.Drawn.STANDARD.quality())));
  }

  static Channels channels(Settings data) {
    return constant(data, "channels", ImageOptions.STANDARD.channels());
  }

  /** Height and width that a network is shown; 0 = those of the images. */
  static int size(Settings data) {
    return data.has("size") ? (int) data.whole("size") : 0;
  }

  private static <E extends Enum<E>> E constant(Settings data, String key, E otherwise) {
    return data.has(key)
        ? Enum.valueOf(otherwise.getDeclaringClass(), data.text(key).toUpperCase(Locale.ROOT))
        : otherwise;
  }
}
