package dev.steepest.lab.data.augment;

import org.bytedeco.pytorch.global.torch.MemoryFormat;

/** How the values of an [N, C, H, W] batch lie in memory; its shape and content are the same. */
public enum ChannelOrder {
  /** Planes, one per channel: what "contiguous" means. */
  CHANNELS_FIRST(MemoryFormat.Contiguous),
  /** The channels of a pixel side by side: what convolutions on CPU and tensor cores prefer. */
  CHANNELS_LAST(MemoryFormat.ChannelsLast);

  private final MemoryFormat format;

  ChannelOrder(MemoryFormat format) {
    this.format = format;
  }

  MemoryFormat format() {
    return format;
  }
}
