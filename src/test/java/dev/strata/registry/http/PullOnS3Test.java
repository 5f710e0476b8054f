package dev.strata.registry.http;

import dev.strata.testing.OnS3;

@OnS3
class PullOnS3Test extends PullTest {

    /** More than there are threads and connections to the store. */
    @Override
    int clientsThatStop() {
        return 20;
    }
}
