/**
 * The process: command line, access log, admin and metrics endpoint, status line, signals. {@link
 * io.fairlead.edge.Main} reads the flags into a {@link io.fairlead.core.BalancerContext} and hands it to a service
 * that lives until it is told to stop. Nothing here touches the loop: it reads counters and sends commands.
 */
package io.fairlead.edge;
