package dev.strata.registry.http;

import dev.strata.testing.OnS3;

@OnS3
class ChunkedPushOnS3Test extends ChunkedPushTest {}
