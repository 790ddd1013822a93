/** Optimizers, networks, data sets and schedules by name: the vocabulary of experiment files. */
package dev.steepest.lab.catalog;
