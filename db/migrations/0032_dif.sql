-- Derived: how an item's answers compare between two groups of people who said something of themselves, as of the last
-- look. Groups that are too small are not in it.

CREATE TABLE item_dif (
    organisation_id TEXT NOT NULL,
    item_id         TEXT NOT NULL REFERENCES item (id),
    attribute       TEXT NOT NULL,
    focal           TEXT NOT NULL,
    reference       TEXT NOT NULL,
    dif_class       TEXT NOT NULL CHECK (dif_class IN ('A', 'B', 'C')),
    mean_gap        FLOAT64 NOT NULL, -- of mean scores at equal ability, in deviations; below zero: harder for the focal group
    gap_low         FLOAT64 NOT NULL, -- 90 %
    gap_high        FLOAT64 NOT NULL,
    p               FLOAT64 NOT NULL,
    focal_count     INT64 NOT NULL,
    reference_count INT64 NOT NULL,
    is_suspended    INT64 NOT NULL CHECK (is_suspended IN (0, 1)),
    computed_at     INT64 NOT NULL,
    PRIMARY KEY (item_id, attribute, focal)
);
