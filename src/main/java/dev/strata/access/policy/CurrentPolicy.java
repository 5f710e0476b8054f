package dev.strata.access.policy;

import java.util.List;
import org.springframework.stereotype.Component;

/** The policy as it is now. It is replaced as a whole; who has begun to ask it goes on with the one before. */
@Component
public class CurrentPolicy {

    private volatile Policy policy = Policy.NONE;
    private volatile List<String> faults = List.of();

    public Policy now() {
        return policy;
    }

    /** What is wrong with the one that should have replaced it; empty where nothing is. */
    List<String> faults() {
        return faults;
    }

    void become(Policy next) {
        policy = next;
        faults = List.of();
    }

    /** It stays, and with it what is wrong with the one that should have replaced it. */
    void stay(List<String> because) {
        faults = List.copyOf(because);
    }
}
