"""Every type of question. A new one is a module beside these and an entry in the list below.

The API lists them in this order. The table `questions` has the names too, in its constraint
`questions_type_known`: a new type needs a migration that adds its name there.
"""

from lms.quizzes.types.base import QuestionType
from lms.quizzes.types.cloze import Cloze
from lms.quizzes.types.description import Description
from lms.quizzes.types.essay import Essay
from lms.quizzes.types.matching import Matching
from lms.quizzes.types.multiple_choice import MultipleChoice
from lms.quizzes.types.numeric import Numeric
from lms.quizzes.types.ordering import Ordering
from lms.quizzes.types.short_answer import ShortAnswer
from lms.quizzes.types.single_choice import SingleChoice
from lms.quizzes.types.true_false import TrueFalse

_ALL: tuple[QuestionType, ...] = (
    SingleChoice(),
    MultipleChoice(),
    TrueFalse(),
    ShortAnswer(),
    Numeric(),
    Matching(),
    Ordering(),
    Essay(),
    Cloze(),
    Description(),
)

TYPES: dict[str, QuestionType] = {type.name: type for type in _ALL}

# For queries that treat these types differently.
UNTALLIED_TYPES = [type.name for type in _ALL if not type.is_tallied]
UNASKED_TYPES = [type.name for type in _ALL if not type.is_asked]
OWN_WORDS_TYPES = [type.name for type in _ALL if type.is_own_words]
