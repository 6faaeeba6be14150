"""The command lines that dash was asked, by topic, and the tree they run in.

Add a line here, then record again: `python -m tests.container.record_dash` (as root, on Linux).
"""

from typing import Any

MODES = {"a.txt": 0o644, "script.sh": 0o755, "private": 0o600}
MTIME = 1_577_880_000  # 2020-01-01 12:00 UTC

# A str is a file, a tuple (target,) a symlink, None a directory. Paths below /t, where the lines run.
TREE: dict[str, Any] = {
    "a.txt": "alpha\nbeta\ngamma\n",
    "b.txt": "one two  three\n",
    "n.txt": "10\n9\n2\n33\n",
    "words": "the cat\nthe dog\na cat\nthe cat\n",
    "sp ace.txt": "spaced\n",
    ".hidden": "h\n",
    "empty": "",
    "nonl": "no newline",
    "private": "p\n",
    "script.sh": "#!/bin/sh\necho script $# \"$1\"\nexit 3\n",
    "noexec.sh": "echo never\n",
    "plain": "echo plain $1\n",
    "dir": None,
    "dir/x": "x\n",
    "dir/y.c": "y\n",
    "dir/sub": None,
    "dir/sub/z.c": "z\n",
    "void": None,
    "link": ("a.txt",),
    "dlink": ("dir",),
    "dangling": ("nowhere",),
    "abs": ("/t/dir",),
    "up": ("../t",),
    "loop": ("loop",),
}

LINES: dict[str, list[str]] = {
    "echo and quoting": [
        "echo hello world", "echo   many    spaces", "echo 'single $x' \"double\"", "echo a'b'\"c\"d", 'echo "a\\"b" \'c\\d\'',
        "echo -n no newline", "echo a\\ b\\\\c", "echo 'a\\nb'", 'echo "tab\\there"', "echo", "echo ''", 'echo "" x', "echo -e x",
        "echo a\\\nb", "echo '\\0101\\c' unseen", "echo \"$(echo 'in ner')\"", "echo `echo back \\`echo ticks\\``", "printf '%s\\n' a b c",
        "printf '%d-%03d|%5s|%-5s|\\n' 7 8 ab cd", "printf '%x %o %c\\n' 255 8 xyz", "printf 'no newline'", "printf '%d\\n' abc",
        "echo # comment", "echo a#b", "echo 'un", 'echo "un', "echo $'x'", "echo {a,b}",
    ],
    "variables": [
        "x=1; echo $x ${x} \"$x\" '$x'", "echo [$unset] [\"$unset\"]", "echo ${unset:-default} ${unset-dash}",
        "x=; echo [${x:-empty}] [${x-set}]", "echo ${y:=assigned} $y", "x=1; echo ${x:+plus} ${z:+no}", "echo ${#HOME}",
        "f=archive.tar.gz; echo ${f%.*} ${f%%.*} ${f#*.} ${f##*.}", "x='a  b'; echo $x; echo \"$x\"", "x='*.txt'; echo $x \"$x\"",
        "IFS=:; x=a:b::c; for i in $x; do echo \"[$i]\"; done", "echo ${x:?must be set}", "echo ${x?}; echo not reached", "set -u; echo $nope",
        "x=5 sh -c 'echo $x'; echo [$x]", "export A=1; sh -c 'echo $A'", "A=1; sh -c 'echo [$A]'", "echo $? ; false; echo $?; true; echo $?",
        "set -- a 'b c' d; echo $# $1 $2; for i in \"$@\"; do echo \"<$i>\"; done", "set -- a 'b c'; for i in $*; do echo \"<$i>\"; done",
        "set -- a b; IFS=-; echo \"$*\"", "set --; for i in \"$@\"; do echo never; done; echo done", "set -- a b c; shift; echo $1 $#",
        "unset HOME; echo [$HOME]", "readonly r=1; r=2; echo no", "echo ${}", "echo $((1+2*3)) $(((1+2)*3)) $((7/2)) $((-7%3))",
        "x=4; echo $((x*x)) $((x==4)) $((x>5||x<5))", "i=0; i=$((i+1)); echo $i", "echo $((1/0))", "echo $0", "echo ~ ~/x '~' \"~\"",
        "x=$(printf 'a\\n\\n\\n'); echo \"[$x]\"", "echo $(cat a.txt)", "echo \"$(cat a.txt)\"", "PATH=/nowhere; ls", "echo \"${x:-a b}\" ${x:-c d}",
        "env -i A=1 B=2 env", "x=1 y=2; echo $x$y", "false || x=$(false); echo $?", "x=$(false); echo $?",
    ],
    "globs": [
        "echo *", "echo *.txt", "echo .*", "echo ?.txt", "echo [ab].txt", "echo [!a].txt", "echo [a-n].txt", "echo dir/*", "echo */*",
        "echo *nomatch*", "echo '*.txt' \"*.txt\" \\*.txt", "echo dir/*.c dir/*/*.c", "echo */", "echo sp*", "ls sp*", "for f in *.txt; do echo \"$f\"; done",
        "echo dlink/*", "echo dangl*", "set -f; echo *.txt", "echo [.]h*", "echo .h*", "echo \"dir\"/*.c", "x=dir; echo $x/*.c", "echo /t/*.txt",
        "echo [[:digit:]]* [[:lower:]].txt", "case a.txt in *.txt) echo yes;; *) echo no;; esac", "case x in a|b) echo ab;; [xy]) echo xy;; esac",
    ],
    "redirections": [
        "echo new > out; cat out", "echo one > out; echo two >> out; cat out", "cat < a.txt", "cat < nofile", "echo x > nodir/f", "echo x > dir",
        "ls nofile 2> err; cat err", "ls nofile 2>/dev/null; echo $?", "ls nofile > both 2>&1; cat both", "ls nofile 2>&1 > only; cat only",
        "echo to stderr >&2", "echo x >&9", "cat <<EOF\nhello $HOME\n$(echo sub)\nEOF", "cat <<'EOF'\nhello $HOME\nEOF", "cat <<-EOF\n\ttabs\n\tgone\n\tEOF",
        "> created; ls created", ": > a.txt; wc -c a.txt", "cat <> fresh; ls fresh", "exec > log; echo hidden; exec >&2; cat log", "exec 3> three; echo x >&3; cat three",
        "{ echo a; echo b; } > grp; cat grp", "(echo a; echo b) > grp; cat grp", "for i in 1 2; do echo $i; done > loop.out; cat loop.out", "echo x > link; cat a.txt",
        "echo x > dangling; cat nowhere", "echo a > x > y; ls x y; cat y", "cat a.txt - < b.txt", "echo hi | cat - a.txt", "while read l; do echo \"[$l]\"; done < a.txt",
        "cat nofile a.txt; echo $?", "echo x > 'sp ace.txt'; cat sp*", "2> err ls nofile; cat err", "echo x >&- ; echo $?", "cat << A; echo after\nbody\nA",
        "cat <<E | tr a-z A-Z\nshout\nE", "read a b < b.txt; echo \"$a|$b\"", "echo 'a\\b c' | while read x y; do echo \"$x|$y\"; done", "echo 'a\\b c' | while read -r x y; do echo \"$x|$y\"; done",
    ],
    "lists and control": [
        "true && echo yes || echo no", "false && echo yes || echo no", "false; echo $?", "! true; echo $?", "! false; echo $?", "(exit 3); echo $?",
        "(x=1; cd /); echo [$x]; pwd", "{ x=1; cd /; }; echo [$x]; pwd", "if true; then echo t; else echo f; fi", "if false; then echo t; elif true; then echo e; else echo f; fi",
        "if [ -f a.txt ]; then echo file; fi", "for i in 1 2 3; do echo $i; done", "for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done", "for i in 1 2 3; do [ $i = 2 ] && break; echo $i; done",
        "i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo $i; done", "i=3; until [ $i -eq 0 ]; do i=$((i-1)); done; echo $i", "f() { echo in $1; return 4; }; f arg; echo $?",
        "f() { local v=in; echo $v; }; v=out; f; echo $v", "exit 7", "exit 300", "set -e; false; echo not", "set -e; false || true; echo yes", "set -e; if false; then :; fi; echo yes",
        "set -x; echo a 'b c'; x=1", "echo a; echo b | cat; echo c", "echo a | tr a b | tr b c", "false | true; echo $?", "true | false; echo $?", "eval 'echo ev' al", ". ./plain arg",
        "trap 'echo bye' EXIT; echo hi", "echo a;; echo b", "if", "if true; then", "for i in a", "echo (", ")", "&& echo", "| cat", "fi", "done", "echo a | | cat", "case x in", "while true; do break; done; echo out",
        "echo one\necho two", "echo first\nif", "x=$(if); echo a", "sh -c 'echo $0 $1' name arg", "sh -c 'exit 5'; echo $?", "cat a.txt | while read x; do n=$x; done; echo [$n]",
        "command -v ls; command -v cd; command -v nosuch; echo $?", "type cd ls nosuch", "exec echo replaced; echo never",
    ],
    "errors": [
        'if fi', 'if then', 'while done', '{ }', '( )', 'if ; then', 'for i in a; do', 'for i in a; do done', 'while true', '( echo', '{ echo a', 'case x in a', 'case x in a)', 'case x in a) echo', 'if true; then echo; else', 'if true; then echo; elif', 'echo a; )', 'echo }', '} ', 'f() ', 'f( x', 'for 1 in a', 'for i b', 'echo $(( 1', 'echo ${x', 'echo `x', 'while true; do', 'if true; do', 'case', 'for', '!', 'a | ', 'a && ', 'a &&\n', '; echo', 'echo a >', 'echo > ;', '$((1+))', 'echo $((1+))', 'echo $((08))', 'echo $((a b))', 'x=abc; echo $((x))', 'shift', 'shift x', 'return 3; echo no', 'break; echo yes', 'export 1a=2', 'cd a b', 'set -Z', 'exit abc', 'local x', 'unset 1x', 'read', '. nofile', 'test 1 -eq', '[ -f ]; echo $?', '[ x = ]', '[ a b c ]', 'echo ${#}', 'echo $!', 'printf', 'printf "%d %s\\n" 1', 'printf "%q" a', 'f() { return; }; false; f; echo $?', 'a=1; readonly a; unset a; echo no',
    ],
    "running": [
        "nosuch", "nosuch arg; echo $?", "./nosuch", "./script.sh; echo $?", "./script.sh 'a b' c", "./noexec.sh; echo $?", "./dir; echo $?", "sh script.sh x", "sh nofile", "sh ./noexec.sh",
        "/bin/echo -e 'a\\tb'", "cd nodir; echo $?", "cd a.txt; echo $?", "cd dir/sub; pwd; cd ..; pwd", "cd dlink; pwd; pwd -P; cd ..; pwd", "cd up/dir; pwd", "cd; pwd", "cd dir; cd -; pwd", "cd dlink && ls", "cd -P dlink; pwd",
        "pwd; cd /; pwd", "xargs echo < a.txt", "echo a b c | xargs -n1 echo item", "printf 'a b\\nc\\n' | xargs -I{} echo '<{}>'", "find . -name '*.c' | sort | xargs cat",
    ],
    "tests": [
        "[ a = a ]; echo $?", "[ a = b ]; echo $?", "[ -z '' ] && [ -n x ]; echo $?", "[ 1 -lt 2 -a 2 -gt 1 ]; echo $?", "[ -d dir ] && [ ! -f dir ]; echo $?", "[ -L link -a -e link ]; echo $?", "[ -e dangling ]; echo $?", "[ -L dangling ]; echo $?",
        "[ -s empty ]; echo $?", "[ a.txt -ef link ]; echo $?", "[ -x script.sh ]; echo $?", "[; echo $?", "[ a; echo $?", "[ 1 -eq x ]; echo $?", "test; echo $?", "test -f a.txt; echo $?", "[ ]; echo $?", "[ a b ]; echo $?", "[ '(' a ')' ]; echo $?", "[ x -o '' ]; echo $?",
    ],
    "symlinks": [
        "cat link", "cat dlink/x", "cat abs/y.c", "cat up/up/a.txt", "cat dangling", "cat loop", "ls dlink", "ls -d dlink", "ls dlink/", "readlink link dlink; readlink a.txt; echo $?", "readlink -f dlink/x up/b.txt dangling", "rm link; cat a.txt", "rm dlink/; echo $?",
        "rm -r dlink; ls -d dir dlink", "ln -s a.txt new; cat new", "ln -s nothing new; ls -l new | cut -c1; cat new", "ln -sf b.txt link; cat link", "ln a.txt hard; echo more >> hard; cat a.txt", "ln -s a.txt link; echo $?", "ln dir hd; echo $?", "mv link moved; readlink moved",
        "cp link copy; [ -L copy ]; echo $?", "cp -P link copy; readlink copy", "cp -r dlink copy; readlink copy", "cp -rL dlink copy; ls copy", "echo x >> dlink/x; cat dir/x", "touch dangling; ls nowhere", "mkdir dangling; echo $?", "rmdir dlink; echo $?", "stat -c '%F %N' link", "stat -L -c %F link dlink",
        "chmod 600 link; stat -c %a a.txt", "realpath dlink/sub link", "ls dangling", "ls -l dangling | cut -d' ' -f1", "find dlink; find dlink/ | sort", "find -L dlink | sort", "ln -s ../a.txt dir/rel; cat dir/rel", "mv dir d2; cat abs/x", "cd up; pwd; ls -d dir",
    ],
    "files": [
        "cat a.txt b.txt", "cat -n a.txt", "cat nofile", "cat dir", "cat -A b.txt", "cat -Q", "head -n 2 a.txt", "head -1 a.txt b.txt", "tail -n 1 a.txt", "tail -n +2 a.txt", "head -c 3 a.txt", "tail -c 3 a.txt", "head nofile", "tail -n 1 nofile a.txt",
        "touch new; ls new; wc -c new", "touch -d '2001-02-03 04:05' new; ls -l --full-time new | cut -d' ' -f6-7", "touch nodir/x", "mkdir m; ls -d m", "mkdir m/n; echo $?", "mkdir -p m/n/o; find m", "mkdir dir; echo $?", "mkdir -p dir; echo $?", "mkdir -m 700 m; stat -c %a m", "mkdir -p a.txt/x",
        "rmdir void; ls -d void", "rmdir dir", "rmdir nodir", "rm a.txt; ls a.txt", "rm nofile; echo $?", "rm -f nofile; echo $?", "rm dir; echo $?", "rm -r dir; ls", "rm -rf dir void nofile; echo $?", "rm", "rm -rv dir/sub", "rm -r . ; echo $?", "rm -d void; echo $?",
        "mv a.txt c.txt; cat c.txt", "mv a.txt dir; ls dir", "mv a.txt b.txt; cat b.txt", "mv nofile x", "mv a.txt nodir/x", "mv dir a.txt", "mv a.txt a.txt", "mv dir dir/sub", "mv dir void; ls void", "mv a.txt b.txt dir; ls dir", "mv a.txt b.txt nodir", "mv a.txt", "mv -v a.txt z", "mv -n a.txt b.txt; cat b.txt",
        "cp a.txt c.txt; cat c.txt", "cp a.txt dir; ls dir", "cp dir x; echo $?", "cp -r dir x; find x | sort", "cp -r dir void; find void | sort", "cp nofile x", "cp a.txt nodir/x", "cp a.txt b.txt nodir", "cp a.txt a.txt", "cp private c; stat -c %a c", "cp -p a.txt c; stat -c %Y c", "cp script.sh c; stat -c %a c", "cp -r dir/. void; ls void", "cp -a dir copy; stat -c %Y copy/x", "cp", "cp a.txt", "cp -r dir dir/sub", "cp -v a.txt z", "cp empty dir/x a.txt void; ls void",
        "chmod 640 a.txt; stat -c '%a %A' a.txt", "chmod u+x,g-r,o= a.txt; stat -c %a a.txt", "chmod +x a.txt; stat -c %a a.txt", "chmod -R go-rwx dir; stat -c %a dir dir/x dir/sub/z.c", "chmod 4755 a.txt; stat -c '%a %A' a.txt", "chmod 999 a.txt", "chmod 600 nofile", "chmod", "chmod g=u a.txt; stat -c %a a.txt", "chmod -x script.sh; stat -c %a script.sh", "chown 5:6 a.txt; stat -c '%u %g' a.txt", "chown web a.txt; stat -c '%U %G' a.txt", "chown nobodyx a.txt", "chown :web a.txt; stat -c '%U:%G' a.txt",
        "truncate -s 3 a.txt; cat a.txt", "truncate -s 20 a.txt; wc -c a.txt", "dd if=a.txt of=o bs=2 count=2 2>/dev/null; cat o", "printf XY | dd of=a.txt bs=1 seek=2 conv=notrunc 2>/dev/null; cat a.txt", "dd if=a.txt bs=4 count=1 skip=1 2>/dev/null", "head -c 4 /dev/zero | od -c 2>/dev/null | head -0; head -c 4 /dev/zero | wc -c",
        "tee t1 t2 < b.txt; cat t1 t2", "echo x | tee -a a.txt > /dev/null; cat a.txt", "unlink a.txt; ls a.txt",
    ],
    "listings": [
        "ls", "ls -a", "ls -A", "ls -1 dir", "ls -r", "ls dir void", "ls a.txt dir", "ls nofile a.txt", "ls -d dir void", "ls -R dir", "ls -F", "ls -p", "ls -l a.txt", "ls -l a.txt private script.sh", "ls -n a.txt", "ls -S *.txt", "ls -l link", "ls -lh a.txt", "ls -Q", "ls -m *.txt", "ls -lG a.txt", "ls .hidden", "ls -l nofile", "ls --nosuch",
        "stat -c '%n %s %F %a %A %U %G %h' a.txt link empty", "stat nofile", "stat -c %Y a.txt", "stat -c '%y' a.txt", "stat --printf '%n:%s\\n' a.txt", "wc a.txt", "wc -l a.txt b.txt", "wc < a.txt", "wc -w nofile", "cat a.txt | wc -l", "du -b a.txt", "du -a -b empty",
        "find dir | sort", "find dir -name '*.c'", "find . -type l | sort", "find . -maxdepth 1 -type f | sort", "find dir -type f -exec cat {} \\; | sort", "find dir -name '*.c' -exec echo {} +", "find . -size -2c -type f | sort", "find dir -name x -delete; ls dir", "find dir -delete; ls", "find nodir", "find . -perm 600", "find dir -type f -newer dir/x", "find . -empty | sort", "find . -name '*.c' -o -name x | sort", "find dir ! -name '*.c' | sort", "find . -nosuch", "find . -path './dir/*' | sort", "find dir -mindepth 1 -printf '%f %y %s\\n' | sort -k1,1 | grep -v sub",
        "basename /usr/lib/x.so .so", "basename /", "dirname /usr/lib", "dirname x", "id", "id -u", "whoami", "id web", "id nosuch", "uname -s", "which ls", "which nosuch; echo $?", "true; false; echo $?",
    ],
    "together": [
        'echo x > /dev/null; echo $?', 'cat /dev/null', 'echo "a\nb" | while read x; do echo "<$x>"; done', 'cp a.txt /dev/null; echo $?', 'echo a > f; echo b >> f; mv f g; cat g', 'mkdir -p q/w/e && touch q/w/e/f && find q | sort', 'cat a.txt b.txt > c; wc -l c', 'for f in dir/*; do if [ -d "$f" ]; then echo "d $f"; else echo "f $f"; fi; done', 'ls -l /t/a.txt | cut -d" " -f1', 'n=0; for f in *; do n=$((n+1)); done; echo $n', 'echo "$(ls | head -n 2)"', 'x="a b"; set -- $x; echo $#', 'cd dir && ls && cd .. && ls -d void', 'rm -r dir && ls', '(cd dir; rm x); ls dir', 'touch -c absent; ls absent', 'date -u -d @0 +%Y-%m-%d', 'date -d nonsense', 'sleep x', 'env A=1 sh -c "echo \\$A"', 'echo $PATH; echo $HOME', 'printf "%s\\n" "$PWD"', 'pwd -P', 'test -e dlink/sub && echo yes', 'cat <dlink/x', 'echo append >> dlink/x; cat dir/x', 'head -n 1 < a.txt; echo x', '{ head -n 1; cat; } < a.txt', 'echo 1 2 3 | { read a b; echo $b; }', 'cat - - < b.txt', 'echo "a;b|c&d"', 'echo a;echo b', 'echo a&&echo b||echo c', 'true;', 'if [ -z "" ]\nthen\n  echo multi\nfi', 'for x in 1 2\ndo\n echo $x\ndone', 'echo "multi\nline"', 'f() {\n echo "$@"\n}\nf 1 2', 'cat <<A <<B\na\nA\nb\nB', 'mv dir/x . && ls x dir', 'ln -s dir/x sl && cat sl && mv sl dir/ && cat dir/sl', 'rm -f link && ls link', 'cp -r dir d1 && rm -r dir && find d1 | sort', 'mkdir a b c && rmdir a b c && ls -d a', 'chmod 000 a.txt && cat a.txt | head -n 1', 'find . -type d -exec chmod 700 {} + ; stat -c %a dir', 'touch "new file" && ls new*', 'mv "sp ace.txt" spaceless && cat spaceless', 'echo *" "*', 'ls | grep -c txt', 'cat a.txt | tail -n +2 | head -n 1', 'grep -rl x dir | sort', 'sed -n "s/alpha/A/p" a.txt', 'cut -d: -f1 /etc/passwd | sort | tr "\\n" " "',
    ],
    "filters": [
        "grep alpha a.txt", "grep -n a a.txt", "grep -v a n.txt", "grep -c a a.txt", "grep -i ALPHA a.txt", "grep nomatch a.txt; echo $?", "grep x nofile; echo $?", "grep -r z dir", "grep -l a *.txt", "grep a a.txt b.txt", "grep -E 'al|be' a.txt", "grep 'al\\|be' a.txt", "grep -q alpha a.txt; echo $?", "grep -o 'a.' a.txt", "grep '^b' a.txt", "grep 'a$' a.txt", "grep -w cat words", "grep -F . b.txt; echo $?", "grep a dir", "grep -E '(t)h' words", "grep '[[:digit:]]' n.txt", "grep -h a a.txt b.txt", "grep -A1 alpha a.txt", "echo abc | grep -e b -e z", "grep", "grep '[' a.txt", "grep -x beta a.txt", "grep -vn alpha a.txt",
        "sort a.txt", "sort -r a.txt", "sort -n n.txt", "sort n.txt", "sort -u words", "sort -k2 words", "sort -t: -k3 -n /etc/passwd", "sort nofile", "uniq words", "sort words | uniq -c", "sort words | uniq -d", "cut -d' ' -f1 words", "cut -c1-3 a.txt", "cut -d: -f1,3 /etc/passwd", "cut -f2 a.txt", "cut a.txt", "tr a-z A-Z < a.txt", "tr -d aeiou < a.txt", "tr -s ' ' < b.txt", "echo abc | tr abc x", "tr",
        "sed s/a/X/ a.txt", "sed s/a/X/g a.txt", "sed -n 2p a.txt", "sed -n '/be/p' a.txt", "sed 2d a.txt", "sed '$d' a.txt", "sed 's|a|/|' a.txt", "sed -i s/alpha/ALPHA/ a.txt; cat a.txt", "sed -E 's/(a)(l)/\\2\\1/' a.txt", "sed 's/\\(a\\)\\(l\\)/\\2\\1/' a.txt", "sed 's/.*/[&]/' a.txt", "sed s/a/b nofile", "sed s/x/y/ nofile", "sed -n 1,2p a.txt", "sed -e s/a/1/ -e s/b/2/ a.txt", "sed 1q a.txt", "sed -n '$=' a.txt", "sed y/abc/xyz/ a.txt",
        "md5sum a.txt", "sha256sum a.txt", "sha256sum a.txt | sha256sum -c", "sha256sum nofile", "cmp a.txt b.txt", "cmp a.txt a.txt; echo $?", "diff a.txt b.txt; echo $?", "diff a.txt a.txt; echo $?", "sed s/beta/B/ a.txt | diff a.txt -", "diff -u nofile a.txt", "diff -q a.txt b.txt", "seq 3", "seq 2 2 6", "nl a.txt", "tac a.txt", "rev a.txt 2>/dev/null | head -0",
        "cat a.txt | sort -r | head -n 1", "ls | wc -l", "cat /etc/passwd | grep root | cut -d: -f7",
    ],
}  # fmt: skip
