package dev.strata.agent.plan;

import dev.strata.agent.AgentException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Ports as a configuration names them: {@code 80} is {@code 80/tcp}, and a range is each of its ports. */
final class Ports {

    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");
    private static final int LAST_PORT = 65_535;

    private Ports() {}

    /** @throws AgentException INVALID where one of them is no port */
    static List<String> of(List<String> written) {
        List<String> ports = new ArrayList<>();
        for (String each : written) {
            String[] parts = each.substring(each.lastIndexOf(':') + 1).split("/", 2);
            String protocol = parts.length < 2 || parts[1].isEmpty() ? "tcp" : parts[1].toLowerCase(Locale.ROOT);
            String[] range = parts[0].split("-", 2);
            try {
                int first = Integer.parseInt(range[0]);
                int last = Integer.parseInt(range[range.length - 1]);
                if (first < 0 || last < first || last > LAST_PORT || !PROTOCOLS.contains(protocol)) {
                    throw noPort(each);
                }
                for (int port = first; port <= last; port++) {
                    ports.add(port + "/" + protocol);
                }
            } catch (NumberFormatException e) {
                throw noPort(each);
            }
        }
        return ports;
    }

    private static AgentException noPort(String text) {
        return new AgentException(AgentException.Outcome.INVALID, "EXPOSE: '" + text + "' is no port");
    }
}
