#include <cairo-pdf.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/money.h"
#include "base/time.h"
#include "slice/invoice/invoice_document.h"

/* A4 in points. */
#define PAGE_WIDTH  595.0
#define PAGE_HEIGHT 842.0
#define LEFT        56.0
#define RIGHT       539.0
#define LINE        18.0
#define BOTTOM      770.0
#define PARTY_WIDTH 300.0

struct sheet {
    cairo_t *to;
    double y;
};

static void write_at(struct sheet *sheet, double x, const char *text)
{
    cairo_move_to(sheet->to, x, sheet->y);
    cairo_show_text(sheet->to, text);
}

static void write_right(struct sheet *sheet, const char *text)
{
    cairo_text_extents_t extents;

    cairo_text_extents(sheet->to, text, &extents);
    write_at(sheet, RIGHT - extents.x_advance, text);
}

static void face(struct sheet *sheet, double size, bool bold)
{
    cairo_select_font_face(sheet->to, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(sheet->to, size);
}

static void step(struct sheet *sheet, double by)
{
    sheet->y += by;
    if (sheet->y > BOTTOM) {
        cairo_show_page(sheet->to);
        sheet->y = 72;
    }
}

static void rule(struct sheet *sheet)
{
    cairo_set_line_width(sheet->to, 0.5);
    cairo_move_to(sheet->to, LEFT, sheet->y - LINE + 6);
    cairo_line_to(sheet->to, RIGHT, sheet->y - LINE + 6);
    cairo_stroke(sheet->to);
}

static const char *date(struct arena *arena, int64_t at_us)
{
    char text[TIME_TEXT_SIZE];

    time_print(at_us, text);
    return arena_copy(arena, text, strlen("2026-01-31"));
}

/* Bytes of the text that fit on a line: up to a line break, or to the last blank, or to a whole
 * character where a word alone is too long. */
static size_t fitting(struct arena *arena, struct sheet *sheet, const char *text, double width)
{
    size_t blank = 0;
    size_t end = 0;

    while (text[end] != '\0' && text[end] != '\n') {
        cairo_text_extents_t extents;
        size_t next = end + 1;

        while (((unsigned char)text[next] & 0xC0) == 0x80) {
            next++;
        }
        cairo_text_extents(sheet->to, arena_copy(arena, text, next), &extents);
        if (extents.x_advance > width && end > 0) {
            return blank > 0 ? blank : end;
        }
        blank = text[end] == ' ' ? end : blank;
        end = next;
    }
    return end;
}

static void write_wrapped(struct arena *arena, struct sheet *sheet, const char *text)
{
    while (*text != '\0') {
        size_t size = fitting(arena, sheet, text, PARTY_WIDTH);

        write_at(sheet, LEFT, arena_copy(arena, text, size));
        step(sheet, LINE);
        text += size;
        text += *text == ' ' || *text == '\n';
    }
}

static void draw_party(struct arena *arena, struct sheet *sheet, const char *title,
                       const struct document_party *party)
{
    face(sheet, 9, true);
    write_at(sheet, LEFT, title);
    step(sheet, LINE);
    face(sheet, 11, false);
    write_wrapped(arena, sheet, party->name);
    write_wrapped(arena, sheet, arena_print(arena, "%s, %s", party->address, party->country));
    if (party->tax_number != NULL) {
        write_at(sheet, LEFT, arena_print(arena, "Tax number: %s", party->tax_number));
        step(sheet, LINE);
    }
    step(sheet, LINE / 2);
}

/* What names the document, on the right beside the seller. */
static void draw_marks(struct arena *arena, struct sheet *sheet, const struct document *document)
{
    bool credit = strcmp(document->kind, "credit") == 0;
    double top = sheet->y;

    write_right(sheet, arena_print(arena, "Number %s", document->number));
    sheet->y += LINE;
    write_right(sheet, arena_print(arena, "Issued %s", date(arena, document->issued_us)));
    sheet->y += LINE;
    write_right(sheet, credit ? arena_print(arena, "Credits invoice %s", document->credits)
                              : arena_print(arena, "Due %s", date(arena, document->due_us)));
    sheet->y = top;
}

static void draw_head(struct arena *arena, struct sheet *sheet, const struct document *document)
{
    face(sheet, 20, true);
    write_at(sheet, LEFT, strcmp(document->kind, "credit") == 0 ? "Credit note" : "Invoice");
    step(sheet, LINE * 2);
    face(sheet, 11, false);
    draw_marks(arena, sheet, document);
    draw_party(arena, sheet, "From", &document->seller);
    draw_party(arena, sheet, "To", &document->buyer);
    step(sheet, LINE / 2);
    write_at(sheet, LEFT,
             arena_print(arena, "%s, %s to %s", document->campaign, date(arena, document->from_us),
                         date(arena, document->until_us - 1)));
    step(sheet, LINE * 2);
}

static void draw_amount(struct arena *arena, struct sheet *sheet, const struct document *document,
                        const char *what, int64_t minor)
{
    write_at(sheet, LEFT, what);
    write_right(sheet, arena_print(arena, "%s %s", money_print(arena, minor, document->currency),
                                   document->currency));
    step(sheet, LINE);
}

/* Why there is no tax, and where to pay to. */
static void draw_notes(struct arena *arena, struct sheet *sheet, const struct document *document)
{
    step(sheet, LINE);
    if (document->tax_reason != NULL) {
        write_wrapped(arena, sheet, document->tax_reason);
    }
    if (document->account_number != NULL && strcmp(document->kind, "invoice") == 0) {
        write_wrapped(arena, sheet,
                      arena_print(arena, "Please pay to %s%s%s and name %s",
                                  document->account_number, document->bank_code == NULL ? "" : ", ",
                                  document->bank_code == NULL ? "" : document->bank_code,
                                  document->number));
    }
}

static void draw(struct arena *arena, struct sheet *sheet, const struct document *document)
{
    draw_head(arena, sheet, document);
    rule(sheet);
    for (size_t i = 0; i < document->count; i++) {
        const struct document_line *line = &document->lines[i];

        draw_amount(arena, sheet, document, document_line_name(arena, line), line->amount_minor);
    }
    step(sheet, 6);
    rule(sheet);
    draw_amount(arena, sheet, document, "Net", document->net_minor);
    draw_amount(arena, sheet, document,
                arena_print(arena, "Tax %" PRId64 ".%02" PRId64 " %%", document->tax_points / 100,
                            document->tax_points % 100),
                document->tax_minor);
    face(sheet, 11, true);
    draw_amount(arena, sheet, document, "Total", document->net_minor + document->tax_minor);
    face(sheet, 11, false);
    draw_notes(arena, sheet, document);
}

static cairo_status_t take(void *context, const unsigned char *bytes, unsigned size)
{
    buffer_put(context, bytes, size);
    return CAIRO_STATUS_SUCCESS;
}

enum err document_draw_pdf(struct arena *arena, const struct document *document, struct text *out,
                           struct fault *fault)
{
    struct buffer to = buffer_new(arena);
    struct arena *scratch = arena_new();
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(take, &to, PAGE_WIDTH, PAGE_HEIGHT);
    struct sheet sheet = {.to = cairo_create(surface), .y = 72};

    /* Without the moment of drawing, so that the bytes are the same whenever it is drawn. */
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, document->number);
    cairo_pdf_surface_set_metadata(
        surface, CAIRO_PDF_METADATA_CREATE_DATE,
        arena_print(scratch, "%sT00:00:00Z", date(scratch, document->issued_us)));
    draw(scratch, &sheet, document);
    cairo_show_page(sheet.to);
    cairo_destroy(sheet.to);
    cairo_surface_finish(surface);
    cairo_status_t status = cairo_surface_status(surface);

    cairo_surface_destroy(surface);
    arena_free(scratch);
    if (status != CAIRO_STATUS_SUCCESS) {
        return fail(fault, ERR_UNAVAILABLE, "the invoice cannot be drawn: %s",
                    cairo_status_to_string(status));
    }
    *out = buffer_view(&to);
    return OK;
}
