/** Files that people write, in YAML: every piece knows its line, all problems are told at once. */
package dev.steepest.study.file;
