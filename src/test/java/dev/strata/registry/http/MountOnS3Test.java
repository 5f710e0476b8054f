package dev.strata.registry.http;

import dev.strata.testing.OnS3;

@OnS3
class MountOnS3Test extends MountTest {}
