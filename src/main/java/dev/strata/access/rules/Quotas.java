package dev.strata.access.rules;

import java.util.List;

/** How much repositories may have. */
public interface Quotas {

    /** At the most. Each push asks all of them. */
    int MOST = 100;

    /** Those that are in force. */
    List<Quota> all();
}
