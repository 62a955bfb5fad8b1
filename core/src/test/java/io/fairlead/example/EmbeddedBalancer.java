package io.fairlead.example;

import io.fairlead.core.Balancer;
import io.fairlead.core.BalancerContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

// begin example
/** A balancer in a program of your own. */
public final class EmbeddedBalancer {
    private EmbeddedBalancer() {}

    /** Arguments: the port to listen on, then the ports of the backends. */
    public static void main(String[] args) throws IOException {
        final InetAddress host = InetAddress.getLoopbackAddress();
        final BalancerContext context = new BalancerContext()
                .listen(new InetSocketAddress(host, Integer.parseInt(args[0])))
                .connectionListener(event -> System.out.println(event.key() + " -> " + event.backend()));
        for (int i = 1; i < args.length; i++) {
            context.backend("b" + i, new InetSocketAddress(host, Integer.parseInt(args[i])), 1);
        }
        try (Balancer balancer = Balancer.launch(context)) {
            System.out.println("listening on " + balancer.listenAddresses().get(0));
            System.in.read(); // until Enter is pressed
            balancer.drain().completeOnTimeout(null, 10, TimeUnit.SECONDS).join();
        }
    }
}
// end example
