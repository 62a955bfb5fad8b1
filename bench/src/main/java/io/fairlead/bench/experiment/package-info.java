/**
 * An experiment, and no part of the product: what would {@code io_uring} gain over {@code epoll} when both are called from Java?
 * Two minimal forwarders of the same shape, {@link io.fairlead.bench.experiment.EpollForwarder} and {@link
 * io.fairlead.bench.experiment.UringForwarder}, stand in {@code fairlead-bench compare} beside the one in C. What came out is
 * told in {@code docs/io-uring.md}.
 *
 * <p>The calls go through {@code java.lang.foreign}, so that it runs on JDK 22 and newer, although it is compiled for 17.
 */
package io.fairlead.bench.experiment;
