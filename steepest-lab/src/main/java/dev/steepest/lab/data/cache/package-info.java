/** Decoded images on disk, so that nothing is decoded twice. */
package dev.steepest.lab.data.cache;
