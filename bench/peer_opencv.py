"""OpenCV's reader of QR codes, run by the Python of var/peers as a child; each line is a command.

read TEXT: in how many pictures of the folder it reads this text.
"""

import sys
from pathlib import Path

import cv2


def main():
    pictures = [cv2.imread(str(file)) for file in sorted(Path(sys.argv[1]).glob("*.png"))]
    reader = cv2.QRCodeDetector()
    for line in sys.stdin:
        _, wanted = line.split()
        print(sum(reader.detectAndDecode(each)[0] == wanted for each in pictures), flush=True)


main()
