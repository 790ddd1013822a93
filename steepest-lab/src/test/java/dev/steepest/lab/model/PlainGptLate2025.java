package dev.steepest.lab.model;

import java.util.Map;

/**
 * The late-2025 network for one sequence in plain double arithmetic, written from its description,
 * with windows and documents; the oracle of {@link GptLate2025}.
 *
 * @param config its shape
 * @param values its state, each in C order
 * @param window tokens seen in layers with short and with long windows
 * @param scale of products of queries and keys
 * @param frequencies radians per position of each pair of a head
 */
record PlainGptLate2025(
    GptLate2025.Config config,
    Map<String, double[]> values,
    int[] window,
    double scale,
    double[] frequencies) {

  /** Mean cross entropy of the targets. */
  double loss(int[] tokens, int[] targets) {
    double sum = 0;
    double[][] logits = logits(tokens);
    for (int t = 0; t < tokens.length; t++) {
      double all = 0;
      for (double logit : logits[t]) {
        all += Math.exp(logit);
      }
      sum += Math.log(all) - logits[t][targets[t]];
    }
    return sum / tokens.length;
  }

  double[][] logits(int[] tokens) {
    int dim = config.dim();
    int layers = config.layers();
    double[] s = values.get("scalars");
    double[][] raw = rows("embed.weight", tokens);
    double[][] x = new double[tokens.length][];
    for (int t = 0; t < tokens.length; t++) {
      double[] own = raw[t].clone();
      if (t > 0) {
        double share = s[5 * layers] * sigmoid(dot(values.get("smear_gate.weight"), 0, raw[t], 12));
        for (int j = 0; j < dim; j++) {
          own[j] += share * raw[t - 1][j];
        }
      }
      x[t] = normalised(own);
    }
    double[][] first = copy(x);
    double[][] source = null;
    double[][] late = null;
    for (int i = 1; i < layers; i++) {
      if (i == layers / 2 + 1) {
        x = sum(x, 1, source, sigmoid(s[1]));
      }
      x = sum(x, s[layers + 2 * i], first, s[layers + 2 * i + 1]);
      if (i != layers / 2 + 1) {
        x = sum(x, 1, attention(i, x, tokens), 1);
      }
      x = sum(x, 1, feedForward(i, x), 1);
      source = i == layers / 3 ? copy(x) : source;
      late = i == 2 * layers / 3 ? copy(x) : late;
    }
    x = sum(x, 1, late, -s[5 * layers + 1]);
    double[][] logits = new double[tokens.length][config.vocabulary()];
    for (int t = 0; t < tokens.length; t++) {
      double[] features = normalised(x[t]);
      for (int v = 0; v < config.vocabulary(); v++) {
        double z = dot(values.get("lm_head.weight"), v * dim, features, dim);
        logits[t][v] = 30 * sigmoid(z / 7.5);
      }
    }
    return logits;
  }

  private double[][] attention(int layer, double[][] x, int[] tokens) {
    int dim = config.dim();
    int heads = config.heads();
    int d = dim / heads;
    int layers = config.layers();
    double[] s = values.get("scalars");
    double[] w = values.get("blocks." + layer + ".attn.qkvo_w");
    double[] gates = values.get("blocks." + layer + ".attn.attn_gate.weight");
    int table = layer >= layers - 3 ? layer - (layers - 3) : layer <= 2 ? layer : -1;
    double[][] extra = table < 0 ? null : rows("value_embeds." + table + ".weight", tokens);
    int seen = window[layer == layers / 3 || layer == layers - 1 ? 1 : 0];
    double[][] out = new double[tokens.length][dim];
    double[][] in = new double[tokens.length][];
    for (int t = 0; t < tokens.length; t++) {
      in[t] = normalised(x[t]);
    }
    for (int t = 0; t < tokens.length; t++) {
      double[] mixed = new double[dim];
      for (int h = 0; h < heads; h++) {
        double[] q = turned(normalised(project(w, h * d, d, in[t])), t);
        double total = 0;
        double[] head = new double[d];
        for (int u = t; u >= 0 && t - u < seen; u--) {
          double[] k = turned(normalised(project(w, dim + h * d, d, in[u])), u);
          double weight = Math.exp(scale * dot(q, 0, k, d));
          total += weight;
          double[] v = project(w, 2 * dim + h * d, d, in[u]);
          for (int j = 0; j < d; j++) {
            double value = s[3 * layers + 2 * layer] * v[j];
            if (extra != null) {
              value += s[3 * layers + 2 * layer + 1] * extra[u][h * d + j];
            }
            head[j] += weight * value;
          }
          if (tokens[u] == config.document()) {
            break; // what is before belongs to another document
          }
        }
        double gate = sigmoid(dot(gates, 12 * h, in[t], 12));
        for (int j = 0; j < d; j++) {
          mixed[h * d + j] = gate * head[j] / total;
        }
      }
      out[t] = project(w, 3 * dim, dim, mixed);
    }
    return out;
  }

  private double[][] feedForward(int layer, double[][] x) {
    int dim = config.dim();
    double[] expand = values.get("blocks." + layer + ".mlp.c_fc");
    double[] shrink = values.get("blocks." + layer + ".mlp.c_proj");
    double[][] out = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double[] inner = project(expand, 0, 4 * dim, normalised(x[t]));
      for (int j = 0; j < inner.length; j++) {
        inner[j] = inner[j] > 0 ? inner[j] * inner[j] : 0;
      }
      out[t] = project(shrink, 0, dim, inner);
    }
    return out;
  }

  private double[] turned(double[] x, int position) {
    int half = x.length / 2;
    double[] y = new double[x.length];
    for (int j = 0; j < half; j++) {
      float angle = position * (float) frequencies[j];
      double cos = bfloat16(Math.cos(angle));
      double sin = bfloat16(Math.sin(angle));
      y[j] = x[j] * cos + x[half + j] * sin;
      y[half + j] = x[half + j] * cos - x[j] * sin;
    }
    return y;
  }

  /** Rounded to 8 significant bits, ties to even. */
  private static double bfloat16(double value) {
    int bits = Float.floatToIntBits((float) value);
    int rounded = bits + 0x7fff + (bits >>> 16 & 1);
    return Float.intBitsToFloat(rounded & 0xffff0000);
  }

  private double[][] rows(String table, int[] tokens) {
    double[] all = values.get(table);
    double[][] rows = new double[tokens.length][config.dim()];
    for (int t = 0; t < tokens.length; t++) {
      System.arraycopy(all, tokens[t] * config.dim(), rows[t], 0, config.dim());
    }
    return rows;
  }

  private static double[] project(double[] matrix, int from, int rows, double[] x) {
    double[] y = new double[rows];
    for (int i = 0; i < rows; i++) {
      y[i] = dot(matrix, (from + i) * x.length, x, x.length);
    }
    return y;
  }

  private static double dot(double[] a, int from, double[] b, int count) {
    double sum = 0;
    for (int j = 0; j < count; j++) {
      sum += a[from + j] * b[j];
    }
    return sum;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double[] normalised(double[] x) {
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    double root = Math.sqrt(squares / x.length + Math.ulp(1f));
    double[] y = new double[x.length];
    for (int j = 0; j < x.length; j++) {
      y[j] = x[j] / root;
    }
    return y;
  }

  private static double[][] sum(double[][] a, double factorA, double[][] b, double factorB) {
    double[][] y = new double[a.length][a[0].length];
    for (int t = 0; t < a.length; t++) {
      for (int j = 0; j < a[t].length; j++) {
        y[t][j] = factorA * a[t][j] + factorB * b[t][j];
      }
    }
    return y;
  }

  private static double[][] copy(double[][] x) {
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = x[t].clone();
    }
    return y;
  }
}
