package dev.steepest.study.track;

/** Cyclic redundancy checks bit by bit, as their definition has them. */
enum Checksum {
  /** Of zip and W&B. */
  IEEE(0xEDB88320),
  /** CRC-32C, of TensorFlow. */
  CASTAGNOLI(0x82F63B78);

  private final int reversedPolynomial;

  Checksum(int reversedPolynomial) {
    this.reversedPolynomial = reversedPolynomial;
  }

  int of(byte[] data, int from, int length) {
    int crc = ~0;
    for (int i = from; i < from + length; i++) {
      crc ^= data[i] & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ reversedPolynomial : crc >>> 1;
      }
    }
    return ~crc;
  }

  int of(byte[] data) {
    return of(data, 0, data.length);
  }
}
