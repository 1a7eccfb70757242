"""Files that strangers send to be read as a résumé: each ends in a clear sentence, within bounds of time and memory, and leaves
nothing behind.

    python3 tests/document/hostile.py build/periti

Every file is made here. A row names the file, what it is, and words that the error has to say (None: it is read).
"""

import io
import os
import resource
import subprocess
import sys
import tempfile
import zipfile
import zlib

WAIT_S = 30  # as long as the server waits for its child
MEMORY = 1 << 30  # address space of the reading process; the sandbox has bounds of its own

WORD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
GOOD_TEXT = 'Ada Byron\n\nExperience\nJudge, Acme Ltd      2019 - 2020\n'


def paragraphs(text):
    return ''.join('<w:p><w:r><w:t xml:space="preserve">%s</w:t></w:r></w:p>' % line for line in text.split('\n'))


def docx(document, others=(), method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', method) as archive:
        for name, content in others:
            archive.writestr(name, content)
        archive.writestr('word/document.xml', document)
    return out.getvalue()


def pdf(objects, trailer=''):
    """A PDF of numbered objects, with a right table of places."""
    out = b'%PDF-1.5\n'
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b'%d 0 obj\n%s\nendobj\n' % (number, body)
    start = len(out)
    out += b'xref\n0 %d\n0000000000 65535 f \n' % (len(objects) + 1)
    out += b''.join(b'%010d 00000 n \n' % place for place in places)
    return out + b'trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n' % (len(objects) + 1, trailer.encode(), start)


def stream(content, packed=False):
    if packed:
        content = zlib.compress(content, 9)
    return b'<< /Length %d %s>>\nstream\n%s\nendstream' % (len(content), b'/Filter /FlateDecode ' if packed else b'', content)


def pages(count, content):
    """So many pages that all show the same content."""
    kids = b' '.join(b'%d 0 R' % (number + 5) for number in range(count))
    return pdf([b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Count %d /Kids [%s] >>' % (count, kids),
                content, b'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>']
               + [b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << /Font << /F 4 0 R >> >> >>'] * count)


def shown(*lines):
    return b'BT /F 12 Tf 50 800 Td 16 TL ' + b' '.join(b'(%s) Tj T*' % line.encode() for line in lines) + b' ET'


GOOD_PDF = pages(1, stream(shown('Ada Byron', 'Experience', 'Judge at Acme Ltd', '2019 - 2020')))


def loop_pdf():
    """Pages that are their own parents and children, and a form that draws itself."""
    return pdf([b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Count 1 /Kids [2 0 R 3 0 R] /Parent 2 0 R >>',
                b'<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>', stream(b'/X Do'),
                b'<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >> /Length 5 >>\n'
                b'stream\n/X Do\nendstream'])


def encrypted_pdf():
    key = b'<28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A>'
    return pdf([b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Count 0 /Kids [] >>',
                b'<< /Filter /Standard /V 1 /R 2 /P -4 /O ' + key + b' /U ' + key + b' >>'], '/Encrypt 3 0 R /ID [<00> <00>]')


def laughs():
    """Ten entities, each ten times the one before."""
    names = ['<!ENTITY a0 "ha">'] + ['<!ENTITY a%d "%s">' % (n, ('&a%d;' % (n - 1)) * 10) for n in range(1, 10)]
    return '<!DOCTYPE w [%s]>' % ''.join(names) + WORD % paragraphs('&a9;')


def encrypted_docx():
    """A ZIP whose one entry says that it is encrypted."""
    whole = bytearray(docx(WORD % paragraphs(GOOD_TEXT), method=zipfile.ZIP_STORED))
    for magic, place in ((b'PK\x03\x04', 6), (b'PK\x01\x02', 8)):
        at = whole.find(magic)
        whole[at + place] |= 1
    return bytes(whole)


LINK = ('word/_rels/document.xml.rels', '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        'Target="http://127.0.0.1:9/template.dotm" TargetMode="External"/></Relationships>')
SELF = '../../../../etc/passwd'

FILES = [
    ('empty.pdf', b'', 'has 0 bytes'),
    ('blank.txt', b' \n \n', 'nothing in it reads like a résumé'),
    ('program.pdf', b'\x7fELF' + bytes(4000), 'this is a program'),
    ('program.docx', b'MZ' + bytes(4000), 'this is a program'),
    ('script.txt', b'#!/bin/sh\ntouch /tmp/harm\n', 'this is a script'),
    ('image.pdf', b'\x89PNG\r\n\x1a\n' + bytes(400), 'this is an image'),
    ('archive.docx', b'\x1f\x8b\x08' + bytes(400), 'this is an archive'),
    ('rar.docx', b'Rar!\x1a\x07\x00' + bytes(400), 'this is an archive'),
    ('seven.docx', b"7z\xbc\xaf'\x1c" + bytes(400), 'this is an archive'),
    ('old.doc', b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + bytes(400), 'old Word file'),
    ('rich.rtf', b'{\\rtf1 Ada}', 'rich text'),
    ('page.html', b'<html><script>alert(1)</script></html>', 'nothing in it reads like a r\u00e9sum\u00e9'),
    ('bytes.txt', os.urandom(5000).replace(b'PK', b'KP') + b'\xff', 'neither PDF nor DOCX nor UTF-8 text'),
    ('nul.txt', GOOD_TEXT.encode() + b'\0', 'neither PDF nor DOCX nor UTF-8 text'),
    ('large.txt', b'a b c d e f\n' * 1000000, 'bytes'),
    ('text.txt', b'word ' * 500000, 'larger than 2 MiB'),
    ('lines.txt', b'x\n' * 100000, 'more than 5000 lines'),
    ('wide.txt', GOOD_TEXT.encode() + b'x' * 1000000 + b'\n', None),
    ('columns.txt', (GOOD_TEXT + ('a   ' * 400 + '\n') * 1000).encode(), None),
    ('nested.json', b'{"a":' * 100000, 'deep'),
    ('wrong.json', b'{"basics": [1, {"name": 3}], "work": 7, "education": {}}', 'none of basics, work'),
    ('list.json', b'{"work": [[[1]], null, 3]}', 'none of basics, work'),
    ('good.docx as pdf', docx(WORD % paragraphs(GOOD_TEXT)), None),
    ('good.pdf as docx', GOOD_PDF, None),
    ('pdf then zip', GOOD_PDF + docx(WORD % paragraphs('Other')), None),
    ('zip then pdf', docx(WORD % paragraphs(GOOD_TEXT)) + GOOD_PDF, None),
    ('html then pdf', b'<script>1</script>\n' + GOOD_PDF, 'a PDF behind other bytes'),
    ('other.docx', docx('x', [], zipfile.ZIP_STORED).replace(b'word/document.xml', b'word/documents.xm'), 'no word/document.xml'),
    ('bomb.docx', docx(WORD % ('<w:p/>' + ' ' * (64 << 20))), 'unpacks to more than 20 MiB'),
    ('bomb beside.docx', docx(WORD % paragraphs(GOOD_TEXT), [('media/a', bytes(256 << 20))]), None),
    ('nested.docx', docx(WORD % ('<w:a>' * 100000)), 'nested too deep'),
    ('entries.docx', docx(WORD % '', [('a/%d' % n, '') for n in range(600)]), 'more than 500 entries'),
    ('laughs.docx', docx(laughs()), 'DOCTYPE'),
    ('entity.docx', docx('<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + WORD % paragraphs('&x;')), 'DOCTYPE'),
    ('undeclared.docx', docx(WORD % paragraphs('&x;')), 'damaged'),
    ('link.docx', docx(WORD % paragraphs(GOOD_TEXT), [LINK]), None),
    ('climb.docx', docx(WORD % paragraphs(GOOD_TEXT), [(SELF, 'root::0:0')]), None),
    ('cut.docx', docx(WORD % paragraphs(GOOD_TEXT))[:120], 'damaged'),
    ('encrypted.docx', encrypted_docx(), 'damaged or encrypted'),
    ('wide.docx', docx(WORD % ('<w:tbl><w:tr>' + '<w:tc><w:p/></w:tc>' * 50000 + '</w:tr></w:tbl>' + paragraphs(GOOD_TEXT))), 'too large'),
    ('rows.docx', docx(WORD % ('<w:tbl>' + '<w:tr><w:p><w:t>x</w:t></w:p></w:tr>' * 5000 + '</w:tbl>' + paragraphs(GOOD_TEXT))), 'more than 5000 lines'),
    ('tall.docx', docx(WORD % ('<w:tbl><w:tr>' + ('<w:tc>' + '<w:p><w:t>x</w:t></w:p>' * 4000 + '<w:p><w:t>' + 'y' * 200
                                                  + '</w:t></w:p></w:tc>') * 20 + '</w:tr></w:tbl>')), 'too large'),
    ('cut.pdf', GOOD_PDF[:300], 'damaged'),
    ('header.pdf', b'%PDF-1.7\n', 'damaged'),
    ('noise.pdf', b'%PDF-1.7\n' + os.urandom(100000), 'damaged'),
    ('loop.pdf', loop_pdf(), ''),
    ('encrypted.pdf', encrypted_pdf(), 'encrypted'),
    ('pages.pdf', pages(10000, stream(shown('x'))), 'more than 50 pages'),
    ('bomb.pdf', pages(1, stream(b' ' * (512 << 20), True)), ''),
    ('words.pdf', pages(1, stream(shown(*['Ada Byron judges'] * 400000), True)), ''),
    ('script.pdf', pdf([b'<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>',
                        b'<< /Type /Pages /Count 0 /Kids [] >>']), ''),
    ('launch.pdf', GOOD_PDF.replace(b'/Type /Catalog', b'/Type /Catalog /OpenAction << /S /Launch /F (/bin/sh) >>'), None),
]


def bound():
    resource.setrlimit(resource.RLIMIT_CPU, (WAIT_S, WAIT_S))


def read(periti, folder, content):
    path = os.path.join(folder, 'file')
    with open(path, 'wb') as file:
        file.write(content)
    environment = {'TMPDIR': folder, 'PATH': os.environ['PATH']}
    done = subprocess.run([periti, 'resume', 'read', '--json', path], capture_output=True, cwd=folder, env=environment, timeout=WAIT_S,
                          preexec_fn=bound)
    os.unlink(path)
    return done


def judge(done, words, left, peak):
    said = done.stderr.decode().strip()
    if done.returncode not in (0, 1, 2, 3, 4):
        return 'it ended with %d: %s' % (done.returncode, said)
    if left:
        return 'it left %s' % left
    if peak > MEMORY:
        return 'it took %d MiB' % (peak >> 20)
    if words is None:
        return '' if done.returncode == 0 and done.stdout else 'it was not read: %s' % said
    if words == '' and done.returncode == 0:
        return ''
    if done.returncode == 0 or said.count('\n') > 0 or words not in said:
        return 'it said "%s"' % said
    return ''


def without_sandbox(periti):
    """Why PDF cannot be read on this machine; empty: it can."""
    with tempfile.TemporaryDirectory() as folder:
        done = read(periti, folder, GOOD_PDF)
    return '' if done.returncode == 0 else done.stderr.decode().strip()


def main():
    periti = os.path.abspath(sys.argv[1])
    skipped = without_sandbox(periti)
    print('1..%d' % len(FILES))
    failed = 0
    for number, (name, content, words) in enumerate(FILES, 1):
        if skipped and content.startswith(b'%PDF'):
            print('ok %d - %s # SKIP %s' % (number, name, skipped), flush=True)
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                done = read(periti, folder, content)
                peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
                why = judge(done, words, os.listdir(folder), peak)
            except subprocess.TimeoutExpired:
                why = 'it did not end within %d s' % WAIT_S
        failed += why != ''
        print('%s %d - %s%s' % ('not ok' if why else 'ok', number, name, ' # ' + why if why else ''), flush=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
