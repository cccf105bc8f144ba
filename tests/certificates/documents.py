"""A certificate to print, and names in the scripts of the world."""

from datetime import date
from io import BytesIO
from typing import Any

from PIL import Image

from lms.certificates.rendering import CertificateDocument

NUMBER = "7K3M-Q9TV-2XWB-8HJE-4N6P"

URL = f"https://learn.example.edu/verify/{NUMBER}"

NAMES = {
    "Latin": "Sam Fitzgerald-Øksendal",
    "Vietnamese": "Nguyễn Thị Ngọc Ánh",
    "Cyrillic": "Александра Щербакова",
    "Greek": "Ελένη Παπαδοπούλου",
    "Arabic": "محمد عبد الرحمن الشريف",
    "Persian": "پروین گل‌محمدی",
    "Hebrew": "שָׂרָה כֹּהֵן",
    "Devanagari": "श्रीकृष्ण क्षत्रिय",
    "Bengali": "রবীন্দ্রনাথ ঠাকুর",
    "Tamil": "சுப்பிரமணிய பாரதி",
    "Thai": "ณัฐวุฒิ กิ่งแก้วน้ำผึ้ง",
    "Burmese": "မောင်မောင်",
    "Chinese": "李明華欧阳修",
    "Japanese": "山田花子やまだハナコ𠮷",
    "Korean": "김민준뷁",
    "Amharic": "አበበ ቢቂላ",
    "Georgian": "ქეთევან",
}


def a_document(name: str = "Sam Studies", **changes: Any) -> CertificateDocument:
    fields: dict[str, Any] = {
        "student_name": name,
        "course_title": "Foundations of Statistical Inference",
        "number": NUMBER,
        "completed_on": date(2026, 11, 12),
        "issued_on": date(2026, 11, 13),
        "verify_url": URL,
        "site_name": "Example University",
    }
    return CertificateDocument(**(fields | changes))


def a_picture(kind: str = "PNG") -> bytes:
    output = BytesIO()
    Image.new("RGB", (300, 100), "navy").save(output, kind)
    return output.getvalue()
