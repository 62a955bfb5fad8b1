/**
 * The forwarding core: {@link io.fairlead.core.Balancer} runs it, {@link io.fairlead.core.BalancerContext} holds its
 * settings. To learn how it works read the package {@code loop}, then {@code table.ConnectionDescriptor}, then {@code
 * loop.ForwardingLoop} and {@code loop.Forwarder}.
 */
package io.fairlead.core;
