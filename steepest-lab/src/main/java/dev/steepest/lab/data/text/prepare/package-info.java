/** Text into shards of tokens: streaming, and resumed where it was interrupted. */
package dev.steepest.lab.data.text.prepare;
