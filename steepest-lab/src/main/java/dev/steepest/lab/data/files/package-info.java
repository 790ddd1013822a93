/**
 * Files on disk: the images in a folder or archive, and writing that holds across a power failure
 * and beside other processes.
 */
package dev.steepest.lab.data.files;
