#include <stdbool.h>

#include "base/arena.h"
#include "base/time.h"
#include "slice/installation.h"
#include "slice/interview/interview_inside.h"
#include "store/work.h"

/* Plain words, short paragraphs; a change of meaning is a new version. */
static const char TEXT_OF_NOTICE[] =
    "What happens: you answer questions of your field in writing. There is no clock; you may stop "
    "and go on later, also on another device. Questions are chosen by your earlier answers.\n\n"
    "How it is scored: a program on this server compares your answer with the criteria of the "
    "question, word by word. Its accuracy is measured and published. It sees nothing but the text: "
    "no voice, no face, no speed, no accent, nothing about you. Numbers and choices are marked by "
    "rule.\n\n"
    "Who decides: a program alone never turns anybody down. Below the mark, or when something "
    "looks "
    "unusual, a person grades your answers without seeing the program's number. You see the result "
    "with its reasons, and you may appeal to two other people.\n\n"
    "What else is looked at: whether an answer repeats another person's words, and how much was "
    "pasted; you see both, and can reply. They decide nothing.\n\n"
    "What is kept, and how long: your answers and grades until you erase them on the result's "
    "page%s; a qualification ends after a year. What was learnt about the questions stays without "
    "your name.\n\n"
    "Instead: you may ask for an interview with a person, or for any other help you need. Nobody "
    "who scores you, and no client, sees that you did.";

static const char TEXT_OF_MODEL[] =
    "\n\nA language model is heard too: your answers in writing are sent to the model server that "
    "this organisation has set up, without your name. It grades each criterion and has to quote "
    "your "
    "words. It is one more rater beside the program, counts as much as people have agreed with it, "
    "and turns nobody down. You see what it found. When it cannot be reached, the interview goes "
    "on "
    "without it.";

/* The sentences on days are of two kinds. */
static const char *text_of_speech(const struct work *work)
{
    int64_t days = work->installation->speech_keep_us / TIME_DAY;
    const char *kept =
        days == 0
            ? "The sound is deleted as soon as you give the answer"
            : arena_print(work->arena, "The sound is deleted %lld days after you gave the answer",
                          (long long)days);

    return arena_print(work->arena,
                       "\n\nYou may speak: where you like, you may speak an answer instead of "
                       "typing it. The sound is sent to the transcription server that this "
                       "organisation has set up, without your name, and written down. You correct "
                       "the words and give them as your answer; only they are scored, and nobody "
                       "who scores you hears you or knows that you spoke. %s, and with everything "
                       "else when you erase your answers.",
                       kept);
}

/* Not longer than an appeal or a qualification needs them. */
static const char *text_of_keeping(const struct work *work)
{
    int64_t days = work->installation->keep.answers_us / TIME_DAY;

    return days == 0 ? ""
                     : arena_print(work->arena,
                                   ", and no longer than %lld days after the interview, or until a "
                                   "qualification that rests on them has ended",
                                   (long long)days);
}

static const char *base_version(const struct work *work)
{
    bool model = work->installation->rater != NULL;
    bool speech = work->installation->speech != NULL;

    return model && speech ? "2026-11 model, speech"
           : model         ? "2026-11 model"
           : speech        ? "2026-11 speech"
                           : "2026-11";
}

/* What people agree to for other days than most do is another notice. */
const char *notice_version(const struct work *work)
{
    int64_t days = work->installation->keep.answers_us / TIME_DAY;
    const char *base = base_version(work);

    return days == KEEP_ANSWERS_DAYS
               ? base
               : arena_print(work->arena, "%s, kept %lld days", base, (long long)days);
}

const char *notice_text(const struct work *work)
{
    return arena_print(work->arena, "%s%s%s",
                       arena_print(work->arena, TEXT_OF_NOTICE, text_of_keeping(work)),
                       work->installation->rater == NULL ? "" : TEXT_OF_MODEL,
                       work->installation->speech == NULL ? "" : text_of_speech(work));
}
