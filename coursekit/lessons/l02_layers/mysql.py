"""What is wished of the note's own image, mysql:5.6 on centos. Base and packages were made for teaching."""

from random import Random
from typing import Any

BASE = "teach/centos:7"
SERVER = "mysql-community-server"


def wish(random: Random) -> dict[str, Any]:
    """The image's name, a variable of its environment with the data's directory, a port."""
    return {
        "image": random.choice(("shop", "blog", "wiki", "mail", "bank", "news", "game", "club")) + "/mysql:5.6",
        "variable": random.choice(("MYSQL_DATA", "DATADIR", "DB_HOME")),
        "data": random.choice(("/var/lib/mysql", "/data", "/srv/db")),
        "port": random.choice((3306, 3307, 3308, 3316, 3366, 3406, 3606, 13306)),
    }
