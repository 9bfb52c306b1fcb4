"""prompt: a person at a prompt: the keys, in their time, on standard output.

    negative_prompt.py TOOL SEED SECONDS [FIRST] | TOOL

FIRST is a line typed before all.  TOOL is psql, redis, smb, chat or shell: what is typed differs, the person is that of person.py.
"""
import random
import sys
import time

import person

SQL = ["select count(*) from orders;", "select * from orders order by placed desc limit 20;",
       "select customer, sum(amount) from orders group by customer order by 2 desc limit 30;", "\\d orders", "\\dt",
       "select * from orders where customer = 'c17' limit 40;", "update orders set amount = amount + 1 where id = 4711;",
       "select date_trunc('hour', placed), count(*) from orders group by 1 order by 1;",
       "explain analyze select * from orders where amount > 900;", "\\l", "begin;", "rollback;",
       "select id, customer, note from orders where note like '%late%' limit 25;"]
REDIS = ["info", "dbsize", "keys user:1*", "hgetall user:17", "lrange queue 0 60", "set draft:1 ready", "get draft:1",
         "scan 0 count 100", "hset user:17 seen yes", "client list", "lpush queue job", "info memory", "type queue"]
SMB = ["ls", "get report3.txt /dev/null", "du", "get picture2.jpg /dev/null", "allinfo report4.txt", "ls report*",
       "put /etc/services copy.txt", "get report11.txt /dev/null", "ls picture*", "mkdir old", "volume", "del copy.txt",
       "get picture9.jpg /dev/null", "put /etc/protocols note.txt", "rename note.txt old/note.txt", "cd old", "cd .."]
SHELL = ["ls -la /usr/lib", "git log -5", "cat /etc/services | head -60", "top -bn1 | head -20", "df -h", "ps aux | tail -30",
         "grep -rn listen /etc/nginx | head -40", "find /usr/share/doc -name 'a*' | head -50", "du -sh /usr/share/man",
         "tail -n 40 /var/log/dpkg.log", "vmstat 1 3", "sed -n 1,60p /etc/ssh/ssh_config", "history", "uptime"]
CHAT = [" ".join(random.Random(n).choices(person.WORDS, k=2 + n % 15)) + "." for n in range(60)]
LINES = {"chat": CHAT, "psql": SQL, "redis": REDIS, "smb": SMB, "shell": SHELL}


class AtPrompt(person.Person):
    """Types lines; in a shell opens an editor now and then, and writes in it."""

    def __init__(self, tool, seed, seconds):
        acts = {"line": 8, "again": 1, "read": 1}
        if tool == "chat":
            acts = {"line": 8, "read": 4}
        if tool == "shell":
            acts["edit"] = 2
        super().__init__(person.Terminal(), seed, seconds, acts=acts)
        self.lines = LINES[tool]
        self.recall = tool != "smb"

    def do_line(self):
        self.type(self.dice.choice(self.lines))
        self.key("\r" if self.recall else "\n", 3)

    def do_again(self):
        """The line before, by the arrow key, where the tool has one."""
        if self.recall:
            self.key("\x1b[A", 2)
            self.key("\r", 3)

    def do_edit(self):
        self.type("vim -u NONE -n /tmp/notes.txt")
        self.key("\r", 6)
        self.type("Go")
        for _ in range(self.dice.randint(1, 4)):
            self.type(" ".join(self.dice.choice(person.WORDS) for _ in range(self.dice.randint(4, 12))) + ".")
            self.key("\r", 4)
            self.pause()
        self.key("\x1b", 3)
        for _ in range(self.dice.randint(0, 12)):
            self.key(self.dice.choice("jjkkkwb"), 0.6)
        self.type(":wq")
        self.key("\r", 3)

    def work(self):
        while self.left > 0:
            act = self.dice.choices(list(self.acts), list(self.acts.values()))[0]
            getattr(self, "do_" + act)()
            self.pause()


def main(tool, seed, seconds, first=None):
    time.sleep(2 + random.Random(seed).random())
    try:
        at = AtPrompt(tool, seed, seconds)
        if first:
            at.rest(5)
            at.type(first)
            at.key("\r", 3)
        at.work()
    except BrokenPipeError:
        sys.stderr.close()  # the tool has ended; no more words about it


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), *sys.argv[4:])
