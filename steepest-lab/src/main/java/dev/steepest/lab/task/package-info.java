/** Joins a network, data, a loss and a budget into something that can be trained. */
package dev.steepest.lab.task;
