package dev.strata.upkeep.collection;

import dev.strata.testing.OnS3;

@OnS3
class CollectionOnS3Test extends CollectionTest {}
