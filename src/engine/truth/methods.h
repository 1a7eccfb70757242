#pragma once

/*
 * Every method, side by side: a new one is a file and a line here. The first is
 * what an unnamed method means.
 */

#define TRUTH_METHODS(METHOD)                                                                      \
    METHOD(truth_auto)                                                                             \
    METHOD(truth_plurality)                                                                        \
    METHOD(truth_majority)                                                                         \
    METHOD(truth_wawa)                                                                             \
    METHOD(truth_zero_based)                                                                       \
    METHOD(truth_catd)                                                                             \
    METHOD(truth_pm)                                                                               \
    METHOD(truth_one_coin)                                                                         \
    METHOD(truth_dawid_skene)                                                                      \
    METHOD(truth_ibcc)                                                                             \
    METHOD(truth_ebcc)                                                                             \
    METHOD(truth_hierarchical)                                                                     \
    METHOD(truth_glad)                                                                             \
    METHOD(truth_mace)                                                                             \
    METHOD(truth_bwa)                                                                              \
    METHOD(truth_minimax)                                                                          \
    METHOD(truth_minimax_ordinal)                                                                  \
    METHOD(truth_ordinal)

struct truth_method;

#define TRUTH_DECLARE(name) extern const struct truth_method name;
TRUTH_METHODS(TRUTH_DECLARE)
#undef TRUTH_DECLARE
