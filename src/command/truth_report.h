#pragma once

/* What `periti truth` writes and prints. */

#include "cli/command.h"
#include "command/label_file.h"

struct truth_skill;

/* Agreement with known answers; a tie counts as its share. */
struct truth_score {
    bool asked; /* there are known answers, whether or not any is of these items */
    uint32_t count;
    double right;
};
struct truth_score truth_score_against(const struct label_file *file, const struct truth_fit *fit,
                                       const uint32_t *truth);

/* item,label,probability */
enum err truth_write_answers(struct invocation *call, const char *path,
                             const struct label_file *file, const struct truth_fit *fit);

/*
 * worker,labels,skill,low,high,top and, for up to ten classes, a column true>given for every cell
 * of the confusion matrix.
 */
enum err truth_write_workers(struct invocation *call, const char *path,
                             const struct label_file *file, const struct truth_fit *fit,
                             const struct truth_skill *skill);

void truth_print(struct invocation *call, const struct label_file *file,
                 const struct truth_fit *fit, const struct truth_score *score);
void truth_print_json(struct invocation *call, const struct label_file *file,
                      const struct truth_fit *fit, const struct truth_score *score);
